import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answered, whenAnswered } from '../../dist/api/observe/answered.js';

describe('how a request ended', () => {
  let handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  let ended: Promise<Answered>;
  const server = createServer((incoming, outgoing) => {
    ended = new Promise((done) => whenAnswered(incoming, outgoing, done));
    handle(incoming, outgoing);
  });
  beforeEach(() => once(server.listen(0, '127.0.0.1'), 'listening'));
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = () =>
    request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', method: 'POST' }).on('error', () => {});

  it('an answer that was read: its status and size', async () => {
    handle = (incoming, outgoing) => incoming.resume().on('end', () => outgoing.writeHead(201).end('x'.repeat(1000)));
    const [response] = await once(post().end('body'), 'response');
    response.resume();
    const { status, bytesOut, ms } = await ended;
    expect(status).toBe(201);
    expect(bytesOut).toBeGreaterThan(1000);
    expect(bytesOut).toBeLessThan(1500);
    expect(ms).toBeGreaterThanOrEqual(0);
  });

  it('a body that nobody read', async () => {
    handle = (_, outgoing) => outgoing.writeHead(401).end();
    const [response] = await once(post().end('body'), 'response');
    response.resume();
    expect(await ended).toMatchObject({ status: 401 });
  });

  it('a client that was gone before the answer', async () => {
    const arrived = new Promise<void>((resolve) => {
      handle = (incoming) => incoming.resume().on('end', resolve);
    });
    const sending = post().end('body');
    await arrived;
    sending.destroy();
    expect(await ended).toMatchObject({ status: 499, bytesOut: 0 });
  });

  it('a client that was gone in the middle of its body', async () => {
    const arrived = new Promise<void>((resolve) => {
      handle = (incoming) => incoming.once('data', () => resolve()).on('error', () => {});
    });
    const sending = post();
    sending.write('half a body');
    await arrived;
    sending.destroy();
    expect(await ended).toMatchObject({ status: 499 });
  });
});
