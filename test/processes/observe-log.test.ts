import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LogOptions, openLog, type RequestLine } from '../../dist/api/observe/log.js';
import { LogDestination } from '../../dist/api/observe/log-destination.js';

const answered: RequestLine = {
  id: 'r1',
  client: 'ci',
  method: 'POST',
  path: '/v1/placements?api_key=hunter2',
  status: 200,
  bytesIn: 1200,
  bytesOut: 900,
  totalMs: 12.34567,
  trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentId: 'c'.repeat(16), sampled: true },
  work: {
    tasks: 20,
    nodes: 5,
    answer: 'optimal',
    solver: 'ilp:glpk',
    gap: 0,
    fallback: null,
    queuedMs: 1,
    solveMs: 9,
    lateMs: -988,
  },
};

let folder: string;
let file: string;
let errors: number;
let drops: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'placewright-log-'));
  file = join(folder, 'log');
  errors = 0;
  drops = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const counting = { onError: () => errors++, onDrop: () => drops++ };
const logTo = (options: Partial<LogOptions> = {}) => openLog({ level: 'info', file, ...counting, ...options });
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('lines', () => {
  it('a request is one line with its figures', async () => {
    const log = logTo();
    log.request(answered);
    await log.close();
    expect(linesOf(file)).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        service: 'placewright',
        pid: process.pid,
        msg: 'request',
        id: 'r1',
        client: 'ci',
        method: 'POST',
        path: '/v1/placements',
        status: 200,
        bytesIn: 1200,
        bytesOut: 900,
        totalMs: 12.346,
        tasks: 20,
        nodes: 5,
        answer: 'optimal',
        solver: 'ilp:glpk',
        gap: 0,
        fallback: null,
        queuedMs: 1,
        solveMs: 9,
        lateMs: -988,
        traceId: 'a'.repeat(32),
        spanId: 'b'.repeat(16),
        parentId: 'c'.repeat(16),
      },
    ]);
  });

  it('levels follow the status, and probes are not told of', async () => {
    const log = logTo();
    for (const status of [200, 422, 429, 500, 503]) log.request({ ...answered, status });
    log.request({ ...answered, path: '/healthz' });
    log.request({ ...answered, path: '/metrics', status: 503 });
    await log.close();
    expect(linesOf(file).map(({ level, status }) => [status, level])).toEqual([
      [200, 'info'],
      [422, 'info'],
      [429, 'info'],
      [500, 'error'],
      [503, 'warn'],
      [503, 'warn'],
    ]);
  });

  it('hold nothing of bodies, keys, queries and words of errors', async () => {
    const secret = 'etl-of-acme';
    const log = logTo();
    log.request({
      ...answered,
      path: `/v1/placements?key=${secret}#${secret}`,
      ...({ body: secret, headers: { authorization: secret }, key: secret } as object),
    });
    log.info('of fields', { key: secret, apiKey: secret, authorization: secret, body: secret, window: secret });
    log.error('of an error', new TypeError(`no task ${secret}\n    at ${secret}`), { id: 'r1' });
    log.error('of something thrown', secret);
    await log.close();
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    const [, , failure] = linesOf(file);
    expect(failure).toMatchObject({ level: 'error', id: 'r1', errorKind: 'TypeError' });
    expect(failure.errorStack).toContain('observe-log.test.ts');
  });

  it('words of errors are there at debug, those of the system always', async () => {
    const words = 'no task etl';
    for (const level of ['debug', 'info'] as const) {
      const log = logTo({ level });
      log.error('ours', new Error(words));
      log.error('of the system', Object.assign(new Error('connect'), { code: 'EPIPE', syscall: 'write' }));
      await log.close();
    }
    expect(linesOf(file).map(({ errorText }) => errorText)).toEqual([words, 'connect', undefined, 'connect']);
  });

  it('a file that can not be opened is told at the start', () => {
    expect(() => logTo({ file: join(folder, 'none', 'log') })).toThrow(/ENOENT/);
  });

  it('go to the new file once the old one was moved away', async () => {
    const log = logTo();
    log.info('before');
    await vi.waitFor(() => expect(linesOf(file)).toHaveLength(1));
    renameSync(file, `${file}.1`);
    log.reopen();
    log.info('after');
    await log.close();
    expect(linesOf(`${file}.1`).map(({ msg }) => msg)).toEqual(['before']);
    expect(linesOf(file).map(({ msg }) => msg)).toEqual(['after']);
  });
});

describe('a destination that fails', () => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

  it('a full disk is counted, and harms nobody', async () => {
    const log = logTo({ file: '/dev/full', bufferBytes: 10_000 });
    for (let k = 0; k < 1000; k++) log.request(answered);
    await vi.waitFor(() => expect(errors).toBeGreaterThan(0));
    expect(drops).toBeGreaterThan(900);
    await log.close();
  });

  it.each([1, 400])('goes on once the disk has room: %i lines meanwhile', async (meanwhile) => {
    const write = fs.write;
    let room = false;
    vi.spyOn(fs, 'write').mockImplementation(((...all: Parameters<typeof write>) => {
      const callback = all.at(-1) as unknown as (error: Error) => void;
      if (room) write(...all);
      else setImmediate(() => callback(full));
    }) as typeof write);
    const log = logTo({ bufferBytes: 20_000 });
    for (let k = 0; k < meanwhile; k++) log.info(`line ${k}`);
    await vi.waitFor(() => expect(errors).toBeGreaterThan(0));
    room = true;
    log.info('room again'); // dropped where the buffer is full, and then has it written
    await vi.waitFor(() => expect(linesOf(file).length).toBeGreaterThanOrEqual(Math.min(meanwhile, 100)));
    log.info('last');
    await log.close();
    const messages = linesOf(file).map(({ msg }) => msg);
    expect(messages[0]).toBe('line 0');
    expect(messages.at(-1)).toBe('last');
    expect(drops).toBe(meanwhile + 2 - messages.length);
  });

  it('a destroyed stream is counted, and another takes its place when the log is opened anew', async () => {
    const destination = new LogDestination({ file, ...counting });
    destination.destroy();
    destination.write('lost\n');
    expect(errors).toBe(1);
    destination.reopen();
    destination.write('kept\n');
    await destination.close();
    expect(readFileSync(file, 'utf8')).toBe('kept\n');
    expect(errors).toBe(1);
  });

  it('a destroyed stream can be closed', async () => {
    const destination = new LogDestination({ file, ...counting });
    destination.destroy();
    await destination.close();
    destination.write('too late\n');
    expect(errors).toBe(0);
  });
});

describe('the end of the process', () => {
  /** Ends after 3000 lines, with the code that it says on stderr. */
  const script = (path: string | null) => `
    import { openLog } from './dist/api/observe/log.js';
    let errors = 0;
    const log = openLog({ level: 'info', file: ${JSON.stringify(path)}, onError: () => errors++, bufferBytes: 1e6 });
    for (let k = 0; k < 3000; k++) log.info('a line of some length, so that it is more than what a pipe holds');
    await new Promise((resolve) => setImmediate(resolve));
    await log.close(200);
    process.stderr.write(errors > 0 ? 'errors' : 'none');
    process.exit(0);`;

  /** Runs it; its standard output is read, closed at once, or left alone. */
  async function end(path: string | null, stdout: 'read' | 'closed' | 'stuck') {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script(path)]);
    let [written, said] = ['', ''];
    if (stdout === 'read') child.stdout.setEncoding('utf8').on('data', (text) => (written += text));
    if (stdout === 'closed') child.stdout.destroy();
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    const [code] = await once(child, stdout === 'stuck' ? 'exit' : 'close');
    child.stdout.destroy();
    return { code, said, lines: written.split('\n').length - 1 };
  }

  it('every line is written before', async () => {
    expect(await end(null, 'read')).toEqual({ code: 0, said: 'none', lines: 3000 });
  });

  it.each([
    ['/dev/full', 'read', 'errors'],
    [null, 'closed', 'errors'],
    [null, 'stuck', ''],
  ] as const)('is not held up by %s, standard output %s', async (path, stdout, said) => {
    const ended = await end(path, stdout);
    expect(ended.code).toBe(0);
    expect(ended.said).toContain(said);
  });
});
