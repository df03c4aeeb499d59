import { once } from 'node:events';
import type { Server } from 'node:http';
import { VERSION } from '../version.ts';
import { checkBind } from './guard/bind.ts';
import { Desk } from './jobs/desk.ts';
import { listen } from './listen.ts';
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
 * Starts the HTTP service. The address comes first, so that one that can not be had is told at once; windows that arrive
 * before a planner is ready are refused, so that those that are taken in are answered in time. Settings that are not given
 * have their defaults. Rejects when the address can not be bound, or would be open to everyone, when no planner starts, and
 * with the reason of the signal when that is aborted before one has; nothing is left open then.
 */
export async function startServer(given: Partial<Settings> = {}, signal?: AbortSignal): Promise<RunningServer> {
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
  const end = async () => {
    metrics.close();
    await log.close();
  };
  let desk: Desk;
  let app: ReturnType<typeof createApp>;
  const { server, url } = await listen((request, env) => app.fetch(request, env), settings).catch(async (error) => {
    await end();
    throw error;
  });
  log.info('listening', { url, version: VERSION });
  server.on('error', (error) => log.error('a connection could not be taken', error));
  try {
    desk = new Desk(settings, deskObserver(metrics, log));
    app = createApp({ desk, settings, log, metrics, streams }); // no request comes before: nothing was waited for
    await Promise.race([desk.ready(), whenAborted(signal)]);
  } catch (error) {
    await (desk! as Desk | undefined)?.close(); // none where it could not be made
    await closeGently(server);
    await end();
    throw error;
  }
  log.info('ready');
  return {
    url,
    desk,
    reopenLog: () => log.reopen(),
    close: async (ms = settings.drainMs) => {
      log.info('stopping', { drainMs: ms });
      const { promised } = desk.store;
      await desk.close(ms); // refuses new windows, and still tells of jobs
      if (promised) await new Promise((resolve) => setTimeout(resolve, FETCH_MS));
      await closeGently(server);
      await end();
    },
  };
}

/** Rejects with the reason of a signal once it is aborted. */
async function whenAborted(signal: AbortSignal | undefined): Promise<never> {
  if (!signal) return new Promise(() => {});
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
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
