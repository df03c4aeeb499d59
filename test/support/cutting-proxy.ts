import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** Connections cut so far. */
  readonly cut: number;
  close(): Promise<void>;
}

/** Passes bytes to a service and back, and cuts its first connections once so many bytes came back on them. */
export async function cuttingProxy(target: string, cuts: number, afterBytes: number): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let cut = 0;
  const server = createServer((caller) => {
    const service = connect(Number(port), hostname);
    let left = afterBytes;
    for (const socket of [caller, service]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
    }
    caller.on('close', () => service.destroy());
    service.on('close', () => caller.destroy());
    caller.on('data', (bytes) => service.write(bytes));
    service.on('data', (bytes) => {
      if (cut >= cuts || bytes.length < left) {
        left -= bytes.length;
        caller.write(bytes);
        return;
      }
      cut++;
      caller.write(bytes.subarray(0, left), () => caller.destroy());
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cut() {
      return cut;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of open) socket.destroy();
      }),
  };
}
