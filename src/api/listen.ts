import type { Server } from 'node:http';
import { type ServerType, serve } from '@hono/node-server';
import { cutOffIdleReaders, serverOptions } from './guard/connections.ts';
import type { Settings } from './settings/schema.ts';

/** A server that has its address. */
export interface Listening {
  readonly server: Server;
  readonly url: string;
}

export type ListenOptions = Pick<
  Settings,
  'host' | 'port' | 'headersTimeoutMs' | 'requestTimeoutMs' | 'writeTimeoutMs'
>;

/** Answers requests at an address. Rejects when it can not be had: it is in use, not of this machine, or not allowed. */
export function listen(fetch: Parameters<typeof serve>[0]['fetch'], options: ListenOptions): Promise<Listening> {
  const { host, port } = options;
  return new Promise((resolve, reject) => {
    const listening: ServerType = serve(
      { fetch, hostname: host, port, serverOptions: serverOptions(options) },
      ({ family, address, port: given }) => {
        server.off('error', reject);
        resolve({ server, url: `http://${family === 'IPv6' ? `[${address}]` : address}:${given}` });
      },
    );
    const server = listening as Server;
    cutOffIdleReaders(server, options);
    server.once('error', reject);
  });
}
