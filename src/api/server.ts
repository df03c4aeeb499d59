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

/** Milliseconds in which those who follow a job may fetch what became of it, once the last is over. */
const FETCH_MS = 1000;
/** Milliseconds that answers have to be taken once the jobs are over; then connections are cut. */
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
  const end = async () => {
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
          const { promised } = desk.store;
          await desk.close(ms); // refuses new windows, and still tells of jobs
          if (promised) await new Promise((resolve) => setTimeout(resolve, FETCH_MS));
          await closeGently(server);
          await end();
        },
      });
    }) as Server;
    cutOffIdleReaders(server, settings);
    server.on('error', async (error) => {
      await desk.close();
      await end();
      reject(error);
    });
  });
}

/** Takes no more connections, lets the requests in hand finish, and cuts off what is left. */
function closeGently(server: Server): Promise<void> {
  return new Promise((done) => {
    const cut = setTimeout(() => server.closeAllConnections(), CUT_MS);
    server.close(() => {
      clearTimeout(cut);
      done();
    });
    server.closeIdleConnections();
  });
}
