import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../bench/generate.mjs';
import type { Answer } from '../dist/model/answer.js';
import { post, read } from './support/http.ts';
import { type Service, startService } from './support/service.ts';

const cluster = clusterWindow({ tasks: 60, nodes: 8, kinds: 4, load: 0.9, seed: 5 });
const settings = { PLACEWRIGHT_PLANNERS: '2', PLACEWRIGHT_SPARES: '0' };
const REQUESTS = 60;
const AT_ONCE = 2; // as many as planners: none has reason to be refused

/** Sends windows, some at a time, and expects every one to be answered. */
async function load({ url }: Service): Promise<void> {
  let sent = 0;
  const lane = async () => {
    while (sent < REQUESTS) {
      const response = await post(`${url}/v1/placements`, { ...cluster, deadlineMs: 100, seed: sent++ });
      expect(response.status).toBe(200);
      expect((await read<Answer>(response)).summary.unplaced).toBe(0);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

describe('a service whose log goes nowhere', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'answers everything while the disk is full, and counts the lines it lost',
    async () => {
      const service = await startService({ ...settings, PLACEWRIGHT_LOG_FILE: '/dev/full' });
      await load(service);
      expect(await service.metric('log_errors_total')).toBeGreaterThan(0);
      expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
      expect(await service.stop()).toEqual([0, null]);
    },
  );

  it('answers everything after the reader of its output is gone', async () => {
    const service = await startService(settings, { onOutput: (output) => output.destroy() });
    await load(service);
    expect(await service.metric('log_errors_total')).toBeGreaterThan(0);
    expect(await service.stop()).toEqual([0, null]);
  });

  it('answers everything while the reader of its output does not read', async () => {
    const service = await startService(settings, { onOutput: (output) => output.pause() });
    await load(service);
    expect(await service.stop()).toEqual([0, null]);
  });

  it('answers everything after the reader of its errors is gone, too', async () => {
    const service = await startService(settings, { onOutput: (output) => output.destroy() });
    service.process.stderr!.destroy();
    await load(service);
    expect(await service.stop()).toEqual([0, null]);
  });
});

it.skipIf(process.platform !== 'linux')(
  'a service that has no descriptors left starts its planners once it has',
  async () => {
    const service = await startService(settings, { descriptors: 256 });
    const { port } = new URL(service.url);
    const open: Socket[] = [];
    for (let k = 0; k < 400; k++) {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
      open.push(socket);
      await once(socket, 'connect'); // what it can not take waits in the backlog of the system
    }
    const children = readFileSync(`/proc/${service.process.pid}/task/${service.process.pid}/children`, 'utf8');
    for (const pid of children.trim().split(' ')) process.kill(Number(pid), 'SIGKILL');
    const gone = (pid: string) => !existsSync(`/proc/${pid}/statm`);
    while (!children.trim().split(' ').every(gone)) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const socket of open) socket.destroy();
    while ((await service.metric('planners{state="idle"}')) < 2)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await load(service);
    expect(await service.stop()).toEqual([0, null]);
  },
);
