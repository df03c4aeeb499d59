import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../dist/api/settings/load.js';
import { figure, figures, percent } from '../../dist/cli/figures.js';
import { jsonText } from '../../dist/cli/json-text.js';
import { ProgressLine } from '../../dist/cli/progress-line.js';
import { formats } from '../../dist/formats/formats.js';
import { HEURISTICS } from '../../dist/heuristics/heuristics.js';
import type { WindowInput } from '../../dist/model/window.js';
import { twoTasks } from '../support/windows.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}.json`, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'placewright-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A file in the test's own directory. */
function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line to its end. */
function placewright(args: string[], { input = '', node = [] as string[], env = {} } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: directory, env: { ...process.env, ...env }, maxBuffer: 1e8 };
    const child = execFile(process.execPath, [...node, main, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin!.on('error', () => {}); // a command that does not read
    child.stdin!.end(input);
  });
}

/** Runs it, expecting exit 0, nothing on standard error and JSON on standard output. */
async function answered(args: string[], input = '') {
  const { code, stdout, stderr } = await placewright(args, { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** Runs it, expecting bad input: exit 2 and nothing on standard output. Returns what is told. */
async function refused(args: string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await placewright(args, { input });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  return stderr;
}

const small = file('small.json', twoTasks);
/** More copies than fit, though the window forbids it. */
const crammed: WindowInput = {
  ...twoTasks,
  unplaced: 'forbid',
  tasks: [{ id: 'a', demand: { cpu: 2 }, count: 4 }],
};

describe('quote and frontier', () => {
  const running = file('running.json', {
    ...twoTasks,
    tasks: twoTasks.tasks.map((task) => ({ ...task, current: 'y' })),
  });
  const task = file('task.json', { id: 'c', demand: { cpu: 2 } });

  it('quote tells where a task fits, in words or as JSON', async () => {
    expect(await answered(['quote', running, task, '--json'])).toMatchObject({ nodes: [{ node: 'x', cost: 0.5 }] });
    const { code, stdout } = await placewright(['quote', running, task]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/cheapest on x for 0\.5[\s\S]*full cpu/)]);
    const plan = JSON.stringify([{ task: 'a', node: 'x', copies: 1 }]);
    expect((await answered(['quote', running, task, '-', '--json'], plan)).nodes).toMatchObject([{ node: 'y' }]);
  });

  it('quote tells what is wrong with its files', async () => {
    expect(await refused(['quote', running, small])).toContain('/task/demand');
    expect(await refused(['quote', '-', '-'])).toContain('at most one');
  });

  it('frontier tells the least objective for each number of moves', async () => {
    const { points } = await answered(['frontier', running, '--json']);
    expect(points).toMatchObject([{ objective: 2 }, { objective: 1.5 }, { moves: null }]);
    const { stdout } = await placewright(['frontier', running, '--moves', '0,any']);
    expect(stdout).toMatch(/0 +2\.0+ .*optimal\n +any +1\.50+ .*optimal/);
    expect(await refused(['frontier', running, '--moves', '1,x'])).toContain('found "x"');
  });
});

describe('solve', () => {
  it('answers on standard output, and nothing else there or on standard error', async () => {
    const answer = await answered(['solve', small]);
    expect(answer).toMatchObject({ status: 'optimal', stop: 'proved', objective: 1.5, bound: 1.5, gap: 0 });
    expect(answer.assignments).toHaveLength(2);
  });

  it('reads standard input for -, with a byte order mark too', async () => {
    expect((await answered(['solve', '-'], `\uFEFF${JSON.stringify(twoTasks)}`)).objective).toBe(1.5);
  });

  it('writes to a file instead with -o', async () => {
    const output = join(directory, 'answer.json');
    expect(await placewright(['solve', small, '-o', output])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse(readFileSync(output, 'utf8')).objective).toBe(1.5);
  });

  it('lets options override the fields of the window', async () => {
    const priced = file('priced.json', {
      ...twoTasks,
      seed: 5,
      nodes: twoTasks.nodes.map((node) => ({ ...node, price: 7 })),
    });
    expect((await answered(['solve', priced])).solver.seed).toBe(5);
    const answer = await answered([
      'solve',
      priced,
      '--objective',
      'price',
      '--seed',
      '9',
      '--compare',
      '--engine',
      'jslp',
      '--gap',
      '0.5',
    ]);
    expect(answer).toMatchObject({ objective: 10.5, solver: { seed: 9 } });
    expect(answer.heuristics).toHaveLength(HEURISTICS.size);
    const divisible = await answered(['solve', priced, '--mode', 'divisible', '--deadline', '500']);
    expect(divisible.method).toMatch(/^(lp|heuristic|search)/);
  });

  it('answers the same twice when it counts steps', async () => {
    const twice = await Promise.all([1, 2].map(() => answered(['solve', example('gpu-kinds'), '--work', '200'])));
    const [first, second] = twice.map(({ timings: _, ...rest }) => rest);
    expect(first).toEqual(second);
  });

  it('exits 3 when the window is infeasible, with the best that could be placed', async () => {
    const { code, stdout, stderr } = await placewright(['solve', file('crammed.json', crammed)]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'infeasible',
      partial: { summary: { placed: 3, unplaced: 1 } },
    });
  });

  it('exits 4 when time runs out before it knows', async () => {
    // 6 + 3 + 3 and 4 + 4 + 4 fill both nodes; taking the largest first leaves a 3 over
    const brim: WindowInput = {
      unplaced: 'forbid',
      tasks: [6, 4, 4, 4, 3, 3].map((cpu, i) => ({ id: `t${i}`, demand: { cpu } })),
      nodes: [{ id: 'n', count: 2, capacity: { cpu: 12 } }],
    };
    const { code, stdout } = await placewright(['solve', file('brim.json', brim), '--deadline', '1']);
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'unknown', stop: 'deadline' });
    expect((await answered(['solve', file('brim.json', brim)])).status).toBe('optimal');
  });

  it('stays quiet when the reader of its answer leaves', async () => {
    const child = spawn(process.execPath, [main, 'solve', small], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let told = '';
    child.stderr.on('data', (chunk) => {
      told += chunk;
    });
    const [code] = await once(child, 'exit');
    expect({ code, told }).toEqual({ code: 0, told: '' });
  });

  it('answers what it knows when it is interrupted', async () => {
    const child = spawn(process.execPath, [main, 'solve', example('demo'), '--deadline', '60000', '--gap', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let answer = '';
    child.stdout.on('data', (chunk) => {
      answer += chunk;
    });
    const ended = once(child, 'exit');
    setTimeout(() => child.kill('SIGINT'), 1500);
    expect((await ended)[0]).toBe(0);
    expect(['cancelled', 'proved']).toContain(JSON.parse(answer).stop); // a fast machine may have proved it by then
  });
});

describe('bad input', () => {
  const slips = file('slips.json', { tasks: [{ id: 'a', demnd: {}, count: 0 }], nodes: [] });

  it('is told in words: pointer, expected, found, hint', async () => {
    const told = await refused(['solve', slips]);
    expect(told).toContain(`${slips}: 3 faults`);
    expect(told).toMatch(
      /\n {2}\/tasks\/0\/count\n {4}expected a number of at least 1\n {4}found {4}0\n {4}Maybe .*\n/,
    );
    expect(told).toContain('Maybe "demand".');
  });

  it.each(['solve', 'compare'])('of %s is told as JSON with --json', async (command) => {
    const told = JSON.parse(await refused([command, slips, '--json']));
    expect(told).toMatchObject({ code: 'invalid_window', source: slips, faultsLeftOut: 0 });
    expect(told.faults.map((fault: { code: string }) => fault.code).sort()).toEqual([
      'missing_field',
      'out_of_range',
      'unknown_field',
    ]);
  });

  it('in an option is told by the name of the option', async () => {
    const told = await refused(['solve', small, '--deadline', 'soon', '--engine', 'glkp']);
    expect(told).toMatch(/ {2}--deadline\n {4}expected a number\n {4}found {4}"soon"/);
    expect(told).toMatch(/ {2}--engine\n.*\n {4}found {4}"glkp"\n {4}Maybe "glpk"/);
  });

  it('lists the first twenty of many faults', async () => {
    const many = file('many.json', { tasks: Array.from({ length: 300 }, () => ({})), nodes: [] });
    expect(await refused(['solve', many])).toMatch(/… and \d+ more; --json lists/);
    expect(JSON.parse(await refused(['solve', many, '--json'])).faults).toHaveLength(200);
  });

  it.each([
    ['a missing file', ['solve', 'nowhere.json'], 'no such file or directory: nowhere.json'],
    ['a directory', ['solve', '.'], 'found a directory'],
    ['malformed JSON', ['solve', file('cut.json', '{"tasks": [')], 'Expected a JSON document, found: '],
    ['nothing on standard input', ['solve', '-'], 'standard input: Expected a JSON document, found nothing'],
    ['a list instead of a window', ['solve', file('list.json', [])], '(the whole document)'],
    [
      'an output in no directory',
      ['solve', small, '-o', 'no/such/place.json'],
      'no/such/place.json: Expected a place where a file can be written',
    ],
    ['an output that is a directory', ['solve', small, '-o', '.'], 'found a directory'],
    ['an unknown command', ['sovle', small], 'Did you mean solve?'],
    ['an unknown option', ['solve', small, '--dedline', '5'], 'Did you mean --deadline?'],
    ['a missing argument', ['verify', small], "missing required argument 'answer'"],
    ['two files on standard input', ['verify', '-', '-'], 'Expected at most one of the two'],
    ['an answer in place of the window', ['verify', file('plan.json', { assignments: [] }), small], '/assignments'],
    ['a plan of another shape', ['verify', small, file('odd.json', [{ task: 'a', node: 'x' }])], '/0/copies'],
    ['a format that is not known', ['convert', 'gapp', small], 'Did you mean gap?'],
    ['a file that is not of the format', ['convert', 'gap', small], 'Expected the number of agents'],
    ['an option of another format', ['convert', 'gap', small, '--gpus', 'v100=3'], "unknown option '--gpus'"],
    [
      'a value that an option can not have',
      ['convert', 'alibaba', small, small, '--take', '0'],
      'Expected a whole number of at least 1 for --take <n>, found "0"',
    ],
    ['a port that is none', ['serve', '--port', '70000'], 'Expected a whole number from 0 to 65535'],
    ['no command', [], 'Usage: placewright'],
  ])('is %s', async (_, args, words) => expect(await refused(args)).toContain(words));

  it.each([
    ['sovle', 'usage'],
    ['solve nowhere.json', 'unreadable_file'],
    ['convert gap nowhere', 'unreadable_file'],
    ['solve small.json -o .', 'unwritable_file'],
    ['verify small.json cut.json', 'malformed_json'],
    ['verify small.json odd.json', 'invalid_plan'],
  ])('%s has the code %s', async (line, code) => {
    const told = JSON.parse(await refused([...line.split(' '), '--json']));
    expect(told).toMatchObject({ code, detail: expect.stringMatching(/./) });
  });
});

describe('a bug', () => {
  const broken = { node: ['--import', 'data:text/javascript,JSON.stringify = () => { throw new Error("boom"); }'] };
  const plan = file('good-plan.json', [{ task: 'a', node: 'x', copies: 1 }]);

  it('exits 1 with its message, and with its trace only when asked', async () => {
    const { code, stdout, stderr } = await placewright(['verify', small, plan, '--json'], broken);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^placewright: a bug: boom\nMaybe /);
    const traced = await placewright(['verify', small, plan, '--json'], { ...broken, env: { PLACEWRIGHT_DEBUG: '1' } });
    expect(traced).toMatchObject({ code: 1, stderr: expect.stringMatching(/boom\n +at /) });
  });
});

describe('verify', () => {
  const answerOf = (name: string) => answered(['solve', example(name), '--deadline', '30000']);

  it.each(['gpu-kinds', 'overfull', 'divisible'])('accepts the answer to %s', async (name) => {
    const path = file(`${name}-answer.json`, await answerOf(name));
    const { code, stdout } = await placewright(['verify', example(name), path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^It is what it claims to be\./);
    expect(stdout).not.toContain('WRONG');
    const verification = await answered(['verify', example(name), path, '--json']);
    expect(verification).toMatchObject({ holds: true, breaches: [] });
    expect(verification.claims.map(({ claim }: { claim: string }) => claim)).toContain('certificate');
  });

  it('refuses an answer whose figures, lines, prices or places were changed', async () => {
    const answer = await answerOf('overfull');
    const [first, second] = answer.assignments;
    const elsewhere = answer.assignments.find(({ node }: { node: string }) => node !== first.node);
    const changes: [string, object][] = [
      ['objective', { objective: answer.objective * 0.99 }],
      ['lines', { assignments: [{ ...first, time: first.time / 2 }, ...answer.assignments.slice(1)] }],
      ['unplaced', { assignments: [second, ...answer.assignments.slice(2)] }],
      ['unplaced', { unplaced: [] }],
      ['bound', { bound: answer.objective * 1.1 }],
      ['gap', { gap: 0.5 }],
      ['optimal', { bound: answer.certificate.bound * 0.9 }],
      ['optimal', { unplacedBounds: [] }],
      ['certificate', { certificate: { ...answer.certificate, bound: answer.certificate.bound * 1.001 } }],
      ['certificate', { certificate: { ...answer.certificate, nodePrices: [] } }],
      ['certificate', { certificate: { ...answer.certificate, unplacedPrices: [] } }],
      [
        'certificate',
        { certificate: { ...answer.certificate, nodePrices: [{ node: first.node, prices: { cpu: -1 } }] } },
      ],
      ['status', { status: 'infeasible' }],
      ['over-capacity', { assignments: answer.assignments.map((line: object) => ({ ...line, node: elsewhere.node })) }],
    ];
    for (const [wrong, change] of changes) {
      const { code, stdout } = await placewright(['verify', example('overfull'), '-', '--json'], {
        input: JSON.stringify({ ...answer, ...change }),
      });
      const { holds, claims, breaches } = JSON.parse(stdout);
      const found = [
        ...claims.filter((claim: { holds: boolean }) => !claim.holds).map(({ claim }: { claim: string }) => claim),
        ...breaches.map(({ code: breach }: { code: string }) => breach),
      ];
      expect({ code, holds, found }).toEqual({ code: 3, holds: false, found: expect.arrayContaining([wrong]) });
    }
  });

  it('takes a bare plan at its word that it keeps the rules', async () => {
    const lines = [
      { task: 'a', node: 'x', copies: 1 },
      { task: 'b', node: 'y', copies: 1 },
    ];
    for (const plan of [lines, { assignments: lines }]) {
      expect(await answered(['verify', small, '-', '--json'], JSON.stringify(plan))).toMatchObject({
        holds: true,
        objective: 1.5,
        claims: [],
        unplaced: [{ tier: '0', copies: 0 }],
      });
    }
    const crowded = lines.map((line) => ({ ...line, node: 'x' }));
    const { code, stdout } = await placewright(['verify', small, '-'], { input: JSON.stringify(crowded) });
    expect(code).toBe(3);
    expect(stdout).toContain('The plan breaks rules.');
    expect(stdout).toMatch(/over-capacity +x +4 of cpu, 2 free/);
  });

  it('checks the best that could be placed when the answer is infeasible', async () => {
    const window = file('crammed.json', crammed);
    const { stdout } = await placewright(['solve', window]);
    expect(await answered(['verify', window, '-', '--json'], stdout)).toMatchObject({
      holds: true,
      partial: true,
      unplaced: [{ tier: '0', copies: 1 }],
    });
    const claimed = JSON.stringify({ ...JSON.parse(stdout), assignments: [{ task: 'a', node: 'x', copies: 1 }] });
    expect((await placewright(['verify', window, '-'], { input: claimed })).code).toBe(3);
  });

  it('judges by the objective and mode that were asked for', async () => {
    const options = ['--objective', 'price', '--mode', 'divisible'];
    const { stdout } = await placewright(['solve', small, ...options]);
    expect(await answered(['verify', small, '-', '--json', ...options], stdout)).toMatchObject({ holds: true });
  });
});

describe('compare', () => {
  it('prints every heuristic and the optimum', async () => {
    const { code, stdout, stderr } = await placewright(['compare', example('web-and-batch')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of HEURISTICS.keys())
      expect(stdout).toMatch(new RegExp(`^ +${name} +[\\d.]+ +\\d+ +(–|[\\d.]+ %) +[\\d.]+$`, 'm'));
    expect(stdout).toMatch(/optimum +2928\.22 by .*\(optimal, proved\)\n +bound +2928\.22, gap 0 %/);
  });

  it('prints the comparison as JSON', async () => {
    const comparison = await answered(['compare', small, '--json']);
    expect(comparison.optimum).toMatchObject({ status: 'optimal', objective: 1.5, unplaced: 0 });
    expect(comparison.heuristics).toHaveLength(HEURISTICS.size);
  });

  it('exits 3 when the window is infeasible', async () => {
    expect((await placewright(['compare', file('crammed.json', crammed)])).code).toBe(3);
  });
});

describe('convert', () => {
  const instance = file('tiny.gap.txt', '2 3\n10 20 30\n1 2 3\n5 6 7\n5 8 7\n12 13\n');

  it('writes a window named after its file, which can be solved', async () => {
    const window = await answered(['convert', 'gap', instance]);
    expect(window).toMatchObject({
      name: 'tiny.gap',
      objective: 'time',
      times: [
        [10, 1],
        [20, 2],
        [30, 3],
      ],
    });
    expect(await answered(['solve', '-'], JSON.stringify(window))).toMatchObject({
      name: 'tiny.gap',
      status: 'optimal',
      objective: 24,
    });
  });

  it('reads standard input, writes to a file and tells notes on standard error', async () => {
    const output = join(directory, 'converted.json');
    const both = '2\n1 1\n4\n1\n9\n1 1\n5\n1\n9\n';
    const { code, stdout, stderr } = await placewright(['convert', 'gap', '-', '--instance', '2', '-o', output], {
      input: both,
    });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'placewright: The file holds 2 instances; this is number 2.\n',
    });
    const window = JSON.parse(readFileSync(output, 'utf8'));
    expect(window.times).toEqual([[5]]);
    expect(window.name).toBeUndefined();
  });

  it('lists formats, their files and options', async () => {
    const { code, stdout } = await placewright(['convert', '--help']);
    expect(code).toBe(0);
    for (const { name, files } of formats.values()) {
      expect(stdout).toContain(`  ${name}\n`);
      for (const each of files) expect(stdout).toContain(`    ${each.name}: ${each.description}`);
    }
    expect((await placewright(['convert', 'gavel', '--help'])).stdout).toMatch(
      /--gpus-per-node <n> +GPUs in one node \(default: 4\)/,
    );
  });
});

describe('demo', () => {
  it('prints the summary, placements, what bound and gap mean, and every regret', async () => {
    const { code, stdout, stderr } = await placewright(['demo']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const row of ['status', 'method', 'objective', 'bound', 'placed', 'utilization', 'time'])
      expect(stdout).toMatch(new RegExp(`^ {2}${row} +\\S`, 'm'));
    expect(stdout).toMatch(/^ {2}web-01 +\S+ +\d+ +[\d.]+ +[\d.]+$/m);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/can cost less than [\d.]+: that is the bound, and it is proven/);
    const regrets = [...stdout.matchAll(/^ {2}\S+ +[\d.]+ +\d+ +(–|[\d.]+) %? +[\d.]+$/gm)].map(([, regret]) =>
      regret === '–' ? Number.POSITIVE_INFINITY : Number(regret),
    );
    expect(regrets).toHaveLength(HEURISTICS.size);
    expect(regrets).toEqual([...regrets].sort((a, b) => a - b));
    expect(Math.max(...stdout.split('\n').map((line) => (line.includes('npx') ? 0 : line.length)))).toBeLessThanOrEqual(
      100,
    );
  });
});

describe('serve', () => {
  it('prints its address, answers, and closes when it is told to', async () => {
    const child = spawn(process.execPath, [main, 'serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const url = await new Promise<string>((resolve, reject) => {
      let told = '';
      child.stderr.on('data', (chunk) => {
        told += chunk;
        const found = /listening on (\S+)\n.*documentation at \S+\/docs\n/.exec(told);
        if (found) resolve(found[1]!);
      });
      child.once('exit', () => reject(new Error(told)));
    });
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    const taken = await refused(['serve', '--port', new URL(url).port]);
    expect(taken).toContain('in use');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  });
});

describe('settings of serve', () => {
  const port = '--port=0';
  /** The settings printed at start, by name; the service is told to close then. */
  async function started(args: string[], env = {}): Promise<Map<string, string>> {
    const child = spawn(process.execPath, [main, 'serve', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: directory,
      env: { ...process.env, ...env },
    });
    let told = '';
    child.stderr.on('data', (chunk) => {
      told += chunk;
      if (told.includes('documentation at')) child.kill('SIGTERM');
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
    return new Map(
      [...told.matchAll(/^(\w+) +(\S+) +(flag|file|environment|default)$/gm)].map(([, name, value, from]) => [
        name!,
        `${value} ${from}`,
      ]),
    );
  }

  it('come from a file that is named, the environment and flags', async () => {
    const config = file('service.json', { planners: 1, waitMs: 5, queueLength: 7 });
    const settings = await started(['--config', config, port], { PLACEWRIGHT_WAIT_MS: '6' });
    expect(['planners', 'waitMs', 'queueLength', 'port', 'host'].map((name) => settings.get(name))).toEqual([
      '1 file',
      '6 environment',
      '7 file',
      '0 flag',
      '"127.0.0.1" default',
    ]);
    expect((await started([port], { PLACEWRIGHT_CONFIG: config })).get('queueLength')).toBe('7 file');
  });

  it('are refused with every fault, and so is a network without keys', async () => {
    const config = file('faulty.json', { prot: 80, planners: 0 });
    const told = await refused(['serve', '--config', config, '--host', '0.0.0.0']);
    expect(told).toMatch(/settings: 2 faults[\s\S]*\/prot\n[\s\S]*Maybe "port"\.[\s\S]*\/planners\n[\s\S]*at least 1/);
    const open = await placewright(['serve', '--host', '0.0.0.0']);
    expect([open.code, open.stderr]).toEqual([2, expect.stringContaining('placewright keys new NAME')]);
    expect(await refused(['serve', '--config', 'absent.json'])).toContain('no such file');
  });
});

describe('simulate', () => {
  const trace = file('trace.json', {
    nodes: [{ id: 'n', capacity: { cpu: 1 }, price: 2 }],
    tasks: [
      { id: 'a', demand: { cpu: 1 }, duration: 100, arrival: 5 },
      { id: 'b', demand: { cpu: 1 }, duration: 60, arrival: 6 },
    ],
  });

  it('sets policies side by side, in words and as JSON', async () => {
    const args = ['simulate', trace, '-p', 'first-fit, optimal+preempt', '--restart', '0'];
    const { policies, timing, conditions } = await answered([...args, '--json']);
    expect(policies).toMatchObject([
      { policy: 'first-fit', completion: { mean: 129.5 }, money: 320, makespan: 160, preemptions: 0 },
      { policy: 'optimal+preempt', completion: { mean: 110 }, money: 320, makespan: 160, preemptions: 1 },
    ]);
    expect(timing).toHaveLength(2);
    expect(conditions).toMatchObject({ loadSeconds: 0 });
    const { stdout } = await placewright(args);
    expect(stdout).toContain('2 of 2 jobs done; times in min\n  1.333 on average if each had its fastest node at once');
    expect(stdout).toMatch(/first-fit +2.158 +1.667 +2.650/);
    expect(stdout).toContain('█'.repeat(24));
  });

  it('reads a Gavel trace and makes traces of its own, the same again by their seed', async () => {
    const throughputs = file('throughputs.json', {
      v100: { "('A3C', 1)": { null: 2 } },
      k80: { "('A3C', 1)": { null: 1 } },
    });
    const jobs = file('gavel.trace', [0, 3600].map((at) => `A3C\tcd %s\t-n\t1\t7200\t${at}\t1\n`).join(''));
    const gavel = ['simulate', jobs, '--throughputs', throughputs, '--gpus', 'v100=1,k80=1', '-p', 'optimal', '--json'];
    expect(await answered(gavel)).toMatchObject({
      policies: [{ completion: { mean: 3600 }, money: expect.closeTo(2 * 0.74, 9) }],
      notes: [],
    });
    const made = ['simulate', 'bursty', '--jobs', '12', '--mtbf', '4000', '-p', 'best-fit,optimal', '--json'];
    const [one, other, third] = [await answered(made), await answered(made), await answered([...made, '--seed', '2'])];
    expect(one.policies).toEqual(other.policies);
    expect(one.policies).not.toEqual(third.policies);
  });

  it.each([
    ['a policy that is not known', ['bursty', '-p', 'best-fitt'], 'Maybe best-fit is meant.'],
    ['steps and a deadline', ['bursty', '--work', '1', '--deadline', '5'], 'found both'],
    ['no number', ['bursty', '--mtbf', 'x'], 'in --mtbf, found "x"'],
    ['flags of another kind of trace', [trace, '--jobs', '5'], 'found --jobs. Maybe poisson or bursty is meant.'],
    ['a Gavel flag without its file', [trace, '--gpus-per-node', '5'], 'found --gpus-per-node.'],
    ['a window that is no trace', [file('deadline.json', { tasks: [], nodes: [], deadlineMs: 5 })], '/deadlineMs'],
    ['an odd GPU count', [trace, '--throughputs', trace, '--take', '0.5'], '--take'],
  ])('refuses %s', async (_, args, message) => {
    expect(await refused(['simulate', ...args])).toContain(message);
  });
});

describe('keys', () => {
  it('new prints a key and an entry that serve takes', async () => {
    const { key, entry } = await answered(['keys', 'new', 'ci', '--json']);
    expect(key).toMatch(/^pw_[\w-]{43}$/);
    expect(loadSettings({ flags: { host: '0.0.0.0', keys: [entry] } }).ok).toBe(true);
    const { stdout } = await placewright(['keys', 'new', 'web']);
    expect(stdout).toMatch(/ {2}pw_[\w-]{43}\n[\s\S]*{"name":"web","hash":"[0-9a-f]{64}"}[\s\S]*web:[0-9a-f]{64}/);
    expect(await refused(['keys', 'new', 'a b'])).toContain('Maybe ci.');
  });
});

describe('help', () => {
  it.each(['solve', 'verify', 'compare', 'simulate', 'convert', 'serve', 'demo'])(
    'of %s has examples and exit codes',
    async (command) => {
      const { code, stdout, stderr } = await placewright([command, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/Examples:\n( {2}\$ placewright .*\n {6}.*\n){2}\nExit codes:\n {2}0 /);
      expect((await placewright(['help', command])).stdout).toBe(stdout);
    },
  );

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await placewright(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('what is shown', () => {
  it('numbers keep six digits, and a gap that is not 0 never looks like it', () => {
    expect([5531.834413, 0, 0.0001234567, 1.5, 1e12, null].map(figure)).toEqual([
      '5531.83',
      '0',
      '0.000123457',
      '1.5',
      '1.00000e+12',
      '–',
    ]);
    expect(figures([1234.5678, 2, null])).toEqual(['1234.57', '2.00', '–']);
    expect([0, 0.0056, 1e-7, null].map((share) => percent(share))).toEqual(['0 %', '0.56 %', '< 0.01 %', '–']);
  });

  it('JSON has a line for each entry of a list', () => {
    const value = {
      a: 1,
      b: [{ c: [1, 2] }, { d: null }],
      e: { f: [{}], g: 'x' },
      h: [],
      i: undefined,
      j: [[1], [2]],
      k: { l: 1 },
    };
    const text = jsonText(value);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    expect(text).toContain('\n    {"c":[1,2]},\n    {"d":null}\n');
    expect(text.split('\n')).toHaveLength(20);
  });

  it('the progress line fits the terminal and leaves no trace', () => {
    const written: string[] = [];
    const line = new ProgressLine({
      columns: 40,
      write: (text: string) => written.push(text),
    } as unknown as NodeJS.WriteStream);
    line.show({ stage: 'solve', objective: 123.456, unplaced: 3, bound: 120 });
    line.end();
    const [first, shown, last] = written.map((text) => text.replace('\r\u001b[K', ''));
    expect(first).toContain('reading');
    expect(shown).toMatch(/^0\.\d s {2}searching: objective 123\.456/);
    expect(shown!.length).toBeLessThan(40);
    expect(last).toBe('');
  });
});
