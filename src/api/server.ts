import { type ServerType, serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { PlannerDesk } from './desk.ts';

export interface ServerOptions {
  readonly host: string; // address to bind, e.g. 127.0.0.1
  readonly port: number; // 0: any free port
  /** Planner threads; default: one for each core. */
  readonly threads?: number;
  /** Ceiling of a planner thread's JavaScript heap, in MiB; default 4096. */
  readonly memoryMb?: number;
}

export interface RunningServer {
  readonly url: string;
  readonly desk: PlannerDesk;
  close(): Promise<void>;
}

/** Milliseconds that requests in hand have to finish once the service stops. */
const DRAIN_MS = 10_000;

/** Takes no more connections, lets the requests in hand finish, and cuts off what is left after DRAIN_MS. */
function closeGently(server: ServerType): Promise<void> {
  return new Promise((done) => {
    const http = 'closeAllConnections' in server ? server : null;
    const cut = setTimeout(() => http?.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(cut);
      done();
    });
    http?.closeIdleConnections();
  });
}

/** Starts the HTTP service, threads first: who can connect is answered in time. Rejects when the address can not be bound. */
export async function startServer({ host, port, ...deskOptions }: ServerOptions): Promise<RunningServer> {
  const desk = new PlannerDesk(deskOptions);
  await desk.ready();
  const app = createApp({ desk });
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info) => {
      const name = info.family === 'IPv6' ? `[${info.address}]` : info.address;
      resolve({
        url: `http://${name}:${info.port}`,
        desk,
        close: async () => {
          await closeGently(server);
          await desk.close();
        },
      });
    });
    server.on('error', async (error) => {
      await desk.close();
      reject(error);
    });
  });
}
