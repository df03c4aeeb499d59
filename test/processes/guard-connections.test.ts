import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { cutOffIdleReaders, serverOptions } from '../../dist/api/guard/connections.js';

const LARGE = 64 * 1024 * 1024; // more than the kernel's buffers hold
let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function listening(settings: { headersTimeoutMs: number; requestTimeoutMs: number; writeTimeoutMs: number }) {
  const answer = Buffer.alloc(LARGE);
  server = createServer(serverOptions(settings), (_, response) => response.end(answer));
  cutOffIdleReaders(server, settings);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
const client = (): Socket => connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
const PATIENT = { headersTimeoutMs: 60_000, requestTimeoutMs: 60_000, writeTimeoutMs: 60_000 };

it('ends a connection whose headers do not come to an end', async () => {
  await listening({ ...PATIENT, headersTimeoutMs: 100 });
  const socket = client();
  let told = '';
  socket.on('data', (chunk) => {
    told += chunk;
  });
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n');
  await once(socket, 'close');
  expect(told).toMatch(/^HTTP\/1\.1 408 /);
});

it('ends a connection whose client takes nothing of its answer', async () => {
  await listening({ ...PATIENT, writeTimeoutMs: 100 });
  const connected = once(server, 'connection');
  const socket = client();
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [served] = (await connected) as [Socket];
  await once(served, 'close');
  expect(served.writableFinished).toBe(false);
  socket.destroy();
});

it('leaves one in peace that takes it, and the connection open for the next', async () => {
  await listening({ ...PATIENT, writeTimeoutMs: 20_000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let connections = 0;
  server.on('connection', () => connections++);
  for (let k = 0; k < 2; k++) {
    const asked = request({ port: (server.address() as AddressInfo).port, agent });
    const answered = once(asked, 'response');
    asked.end();
    const [response] = await answered;
    let bytes = 0;
    for await (const chunk of response) bytes += chunk.length;
    expect(bytes).toBe(LARGE);
  }
  expect(connections).toBe(1);
  agent.destroy();
});
