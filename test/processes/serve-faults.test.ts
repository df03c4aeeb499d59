import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clusterWindow } from '../../bench/generate.mjs';
import type { Answer } from '../../dist/model/answer.js';
import { post, read } from '../support/http.ts';
import { type Service, startService } from '../support/service.ts';
import { until } from '../support/until.ts';

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

/** The processes that a service has started, on Linux. */
const plannersOf = ({ process: { pid } }: Service): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

/** Whether a process has ended, on Linux, be it that nobody has asked for its exit code yet. */
function isGone(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return true;
  }
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
    const planners = plannersOf(service);
    for (const pid of planners) process.kill(pid, 'SIGKILL');
    await until(() => planners.every(isGone));
    for (const socket of open) socket.destroy();
    await until(async () => (await service.metric('planner_restarts_total{cause="killed"}')) >= 2); // it knows they are gone
    await until(async () => (await service.metric('planners{state="idle"}')) >= 2);
    await load(service);
    expect(await service.stop()).toEqual([0, null]);
  },
);

it.skipIf(process.platform !== 'linux')(
  'a service that is killed takes a planner along that never comes back',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'placewright-loop-'));
    const told = join(folder, 'looping');
    const hook = new URL('../support/loops.mjs', import.meta.url);
    const service = await startService({ ...settings, NODE_OPTIONS: `--import=${hook}`, LOOPS_TELL: told });
    const planners = plannersOf(service);
    try {
      process.kill(planners[0]!, 'SIGUSR2');
      await until(() => existsSync(told) && readFileSync(told, 'utf8') === String(planners[0]));
      service.process.kill('SIGKILL');
      await until(() => planners.every(isGone));
    } finally {
      for (const pid of planners) if (!isGone(pid)) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true });
    }
  },
);
