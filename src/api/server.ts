import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { VERSION } from '../version.ts';
import { checkBind } from './guard/bind.ts';
import { cutOffIdleReaders, serverOptions } from './guard/connections.ts';
import { Desk } from './jobs/desk.ts';
import { openLog } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import { deskObserver, deskReadings } from './observe/watch-desk.ts';
import { createApp } from './routes/app.ts';
import type { OpenStreams } from './routes/events.ts';
import { completed } from './settings/load.ts';
import type { Settings } from './settings/schema.ts';

export interface RunningServer {
  readonly url: string;
  readonly desk: Desk;
  /** Opens the log file anew, after it was moved away. */
  reopenLog(): void;
  /** Takes nothing new, gives the jobs in hand so many milliseconds (default: the setting), asks the rest for their best, and ends. */
  close(drainMs?: number): Promise<void>;
}

/** Milliseconds after the jobs' time at which connections are cut that are still open then. */
const CUT_MS = 4000;

/**
 * Starts the HTTP service, planners first: who can connect is answered in time. Settings that are not given have their
 * defaults. Rejects when the address can not be bound, or would be open to everyone.
 */
export async function startServer(given: Partial<Settings> = {}): Promise<RunningServer> {
  const settings = completed(given);
  checkBind(settings);
  const streams: OpenStreams = { open: 0 };
  const metrics = createMetrics(deskReadings(() => desk, streams));
  const log = openLog({
    level: settings.logLevel,
    file: settings.logFile,
    onError: () => metrics.logFailed(),
    onDrop: () => metrics.logDropped(),
  });
  const desk = new Desk(settings, deskObserver(metrics, log));
  const end = async (drainMs: number) => {
    await desk.close(drainMs);
    metrics.close();
    await log.close();
  };
  await desk.ready();
  const { fetch } = createApp({ desk, settings, log, metrics, streams });
  const { host, port, drainMs } = settings;
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port, serverOptions: serverOptions(settings) }, (info) => {
      const name = info.family === 'IPv6' ? `[${info.address}]` : info.address;
      const url = `http://${name}:${info.port}`;
      log.info('listening', { url, version: VERSION });
      resolve({
        url,
        desk,
        reopenLog: () => log.reopen(),
        close: async (ms = drainMs) => {
          log.info('stopping', { drainMs: ms });
          const closed = closeGently(server, ms + CUT_MS);
          await Promise.all([end(ms), closed]);
        },
      });
    }) as Server;
    cutOffIdleReaders(server, settings);
    server.on('error', async (error) => {
      await end(0);
      reject(error);
    });
  });
}

/** Takes no more connections, lets the requests in hand finish, and cuts off what is left after so many milliseconds. */
function closeGently(server: Server, ms: number): Promise<void> {
  return new Promise((done) => {
    const cut = setTimeout(() => server.closeAllConnections(), ms);
    server.close(() => {
      clearTimeout(cut);
      done();
    });
    server.closeIdleConnections();
  });
}
