import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from '../../dist/api/jobs/desk.js';
import { openLog } from '../../dist/api/observe/log.js';
import { createMetrics } from '../../dist/api/observe/metrics.js';
import { deskReadings } from '../../dist/api/observe/watch-desk.js';
import type { Problem } from '../../dist/api/problem.js';
import { createApp } from '../../dist/api/routes/app.js';
import { startServer } from '../../dist/api/server.js';
import { completed } from '../../dist/api/settings/load.js';
import { until } from '../support/until.ts';
import { twoTasks } from '../support/windows.ts';

describe('a service whose planners do not start', () => {
  beforeEach(() => {
    process.env.NODE_OPTIONS = '--no-such-option';
  });
  afterEach(() => {
    delete process.env.NODE_OPTIONS;
  });

  it('says that no planner is ready, then that it stops, and takes no window', async () => {
    const settings = completed({ planners: 1, spares: 0 });
    const desk = new Desk(settings);
    const metrics = createMetrics(deskReadings(() => desk, { open: 0 }));
    const log = openLog({ level: 'silent', file: null });
    const app = createApp({ desk, settings, log, metrics, streams: { open: 0 } });
    const ask = async (path: string, init?: RequestInit) => {
      const response = await app.request(path, init);
      const { code, detail } = (await response.json()) as Problem;
      expect(detail).toContain('Maybe');
      return [response.status, code, response.headers.get('retry-after')];
    };
    const window = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(twoTasks) };

    expect(await ask('/readyz')).toEqual([503, 'not_ready', '1']);
    expect(await ask('/v1/placements', window)).toEqual([503, 'not_ready', '1']);
    expect((await app.request('/healthz')).status).toBe(200);
    await desk.close();
    expect(await ask('/readyz')).toEqual([503, 'stopping', '1']);
    expect((await ask('/v1/placements', window)).slice(0, 2)).toEqual([503, 'stopping']);
    metrics.close();
  });

  it('tells of a port in use without waiting for them', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startServer({ logLevel: 'silent', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    other.close();
  });

  it('says so, and gives its address back', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    other.close();
    await once(other, 'close');
    await expect(startServer({ logLevel: 'silent', port, planners: 1, spares: 0 })).rejects.toMatchObject({
      code: 'NO_PLANNER',
      message: expect.stringMatching(/none of 1 did; of the first: a planner process ended: crash\. Maybe/),
    });
    other.listen(port, '127.0.0.1');
    await once(other, 'listening');
    other.close();
  });
});

describe('serve', () => {
  const hook = new URL('../support/no-planner.mjs', import.meta.url);
  /** The command with planners that end at once or hang; its log goes to a file. */
  const serve = (planners: 'end' | 'hang', logFile: string) => {
    const child = spawn(process.execPath, ['dist/cli/main.js', 'serve', '--port', '0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: `--import=${hook}`, PLANNERS: planners, PLACEWRIGHT_LOG_FILE: logFile },
    });
    let told = '';
    child.stderr.on('data', (piece) => {
      told += piece;
    });
    return { child, ended: once(child, 'close'), told: () => told };
  };
  let folder: string;
  let log: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'placewright-start-'));
    log = join(folder, 'log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('ends with 5 when no planner starts, and says what became of the first', async () => {
    const { ended, told } = serve('end', log);
    expect(await ended).toEqual([5, null]);
    expect(told()).toMatch(/^placewright: Expected planner .* a planner process ended: crash\. Maybe .*\n$/m);
    expect(told()).not.toContain('a bug');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 on %s while planners start, and not on SIGHUP',
    async (signal) => {
      const { child, ended, told } = serve('hang', log);
      await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('"listening"'));
      child.kill('SIGHUP');
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      expect(told()).not.toMatch(/listening|a bug/);
    },
  );
});
