import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { check } from '../../dist/bench/check.js';
import { clusterWindow } from '../../dist/bench/cluster-window.js';
import { correlatedWindow } from '../../dist/bench/correlated-window.js';
import { folderCases } from '../../dist/bench/folder.js';
import { turnsOf } from '../../dist/bench/measure.js';
import { peerContender } from '../../dist/bench/peer-contender.js';
import { loadPeer } from '../../dist/bench/peers/peers.js';
import { pose } from '../../dist/bench/pose.js';
import { readRecords } from '../../dist/bench/records.js';
import { rulesOfThumb } from '../../dist/bench/rules-of-thumb.js';
import { runningCluster } from '../../dist/bench/running-cluster.js';
import { sharesNow } from '../../dist/bench/running-now.js';
import { casesOf } from '../../dist/bench/suites.js';
import { HEURISTICS } from '../../dist/heuristics/heuristics.js';
import { buildInstance } from '../../dist/model/instance.js';
import { exhaustive } from '../support/exhaustive.ts';
import { ready } from '../support/windows.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'placewright-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `placewright bench` in the test's folder. */
const bench = (words: string): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, 'bench', ...words.split(' ')], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('a folder of windows', () => {
  mkdirSync(join(folder, 'mine'));
  const put = (name: string, window: unknown) => writeFileSync(join(folder, 'mine', name), JSON.stringify(window));
  put('2.json', clusterWindow({ tasks: 8, nodes: 3, kinds: 2, load: 0.7, seed: 1 }));
  put('10.json', {
    ...clusterWindow({ tasks: 6, nodes: 3, kinds: 2, load: 0.5, seed: 2 }),
    tasks: [{ id: 'a', demand: { cpu: 1 }, count: 2, group: 'g' }],
    times: undefined,
    groups: { g: { maxPerNode: 1 } },
  });
  put('broken.json', { tasks: 3 });
  const words = 'mine --deadlines 0.2 --peers highs --warm-up 0 --out found';

  it('is measured with one command, checked, reported and resumed', async () => {
    const first = await bench(words);
    expect(first.stderr).toContain('broken.json is left out');
    expect(first.stdout).toContain('median regret');
    expect(first.code).toBe(0);
    const { sessions, runs } = readRecords(read('found/runs.jsonl'));
    expect(sessions[0]).toMatchObject({ version: expect.any(String), machine: { node: process.version } });
    const of = (name: string) => runs.filter((record) => record.case.name === name).map(({ run }) => run);
    expect(new Set(of('2').map(({ contender }) => contender))).toEqual(
      new Set(['placewright', 'highs', ...HEURISTICS.keys()]),
    );
    // a plain program knows no groups: the peer declines
    expect(new Set(of('10').map(({ contender }) => contender))).toEqual(new Set(['placewright', ...HEURISTICS.keys()]));
    for (const { run } of runs) {
      expect(run.refused).toBeNull();
      expect(run.checked!.faults).toEqual([]);
      expect(run.measured.outcome!.plan).toBeNull();
    }

    // cut off in the middle of a line, one run lost: resuming measures that one again
    const lines = read('found/runs.jsonl').trim().split('\n');
    writeFileSync(join(folder, 'found/runs.jsonl'), `${lines.slice(0, -1).join('\n')}\n`);
    appendFileSync(join(folder, 'found/runs.jsonl'), lines.at(-1)!.slice(0, 40));
    await bench(`${words} --resume`);
    const after = readRecords(read('found/runs.jsonl'));
    expect(after.sessions).toHaveLength(2);
    expect(after.runs).toHaveLength(runs.length);
    expect(after.runs.filter(({ session }) => session === after.sessions[1]!.id)).toHaveLength(1);

    const page = read('found/report.html');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|src="|href="|url\(/);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('Regret: cost above');
    const twin = read('found/report.md');
    for (const [, file] of twin.matchAll(/\]\((charts\/[^)]+)\)/g))
      expect(existsSync(join(folder, 'found', file!))).toBe(true);
    expect(twin).toContain('| **Placewright**');
  });

  it('says what is wrong with the folder, or with names', async () => {
    expect(await bench('nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('folder of windows') });
    expect(await bench('mine/2.json')).toMatchObject({ code: 2, stderr: expect.stringContaining('found a file') });
    mkdirSync(join(folder, 'empty'));
    expect(await bench('empty')).toMatchObject({ code: 2, stderr: expect.stringContaining('found none') });
    expect(await bench('mine --only nothing')).toMatchObject({ code: 2, stderr: expect.stringContaining('No window') });
    expect(await bench('--suite nothing')).toMatchObject({ code: 2, stderr: expect.stringContaining('"nothing"') });
    expect(await bench('mine --methods nothing')).toMatchObject({ code: 2 });
  });

  it('peers are asked to place everything where a rule can', () => {
    const { cases, refused } = folderCases(join(folder, 'mine'));
    expect(cases.map(({ name, everything }) => [name, everything])).toEqual([
      ['2', true],
      ['10', true],
    ]);
    expect(refused.map(({ file }) => file)).toEqual(['broken.json']);
  });
});

it('every figure can be had as one document', async () => {
  await bench(
    '--suite proof-random,tight --only 50x10,lattice --seeds 1 --limit 0.3 --peers highs --warm-up 0 --out j --json j.json',
  );
  const { runs, summary, machine, versions } = JSON.parse(read('j.json'));
  expect(runs.map(({ contender }: { contender: string }) => contender)).toEqual([
    'placewright',
    'highs',
    'placewright',
    'highs',
  ]);
  expect(runs[0]).toMatchObject({ refused: null, status: expect.stringMatching(/optimal|feasible/) });
  expect(summary[0]).toMatchObject({ contender: 'placewright', windows: 1, answered: 1 });
  expect(Object.keys(versions)).toContain('placewright');
  expect(machine.cores).toBeGreaterThan(0);
});

describe('turns', () => {
  const options = { seeds: 1, first: 1, data: '', quick: true };
  const [one] = casesOf('heterogeneous', options);
  const choices = {
    methods: null,
    peers: null,
    deadlines: null,
    repeats: 1,
    limit: Number.POSITIVE_INFINITY,
    warmUp: 0,
  };

  it('are of every deadline, rule and peer, as often as asked', () => {
    const turns = turnsOf(one!, choices);
    expect(turns).toHaveLength(2 + HEURISTICS.size + 2);
    expect(turnsOf(one!, { ...choices, repeats: 3 })).toHaveLength(3 * turns.length);
  });

  it('are of what is chosen only, and none twice where the limit makes deadlines one', () => {
    const names = (found: ReturnType<typeof turnsOf>) =>
      found.map(({ contender, seconds }) => `${contender} ${seconds}`);
    expect(
      names(turnsOf(one!, { ...choices, methods: ['placewright', 'first-fit', 'scip'], deadlines: [1, 2] })),
    ).toEqual(['placewright 1', 'placewright 2', 'first-fit 2', 'scip 2']);
    expect(names(turnsOf(one!, { ...choices, methods: ['placewright'], limit: 0.05 }))).toEqual(['placewright 0.05']);
  });
});

describe('windows whose nodes cost something to open', () => {
  const window = ready(runningCluster({ tasks: 6, nodes: 3, load: 0.4, seed: 4 }));

  it.each(['highs', 'cp-sat', 'cbc', 'glpk'])('%s solves the plain program with switches', async (name) => {
    const found = await loadPeer(name);
    if (!found) return;
    const best = exhaustive(window);
    const contender = peerContender(found.peer, found.version);
    const outcome = await contender.run({ contender: name, window, seconds: 20, seed: 1, everything: true });
    expect(outcome).toMatchObject({ status: 'optimal' });
    expect(outcome!.cost).toBeCloseTo(best.cost, 4);
    expect(check(window, outcome!.plan!)).toMatchObject({ faults: [], cost: expect.closeTo(best.cost, 4) });
  });

  it('the program has a switch for each such node, tied to its rows and columns', () => {
    const instance = buildInstance(window);
    const { program } = pose(instance, 'everything');
    const pairs = window.tasks.length * window.nodes.length;
    expect(program.columns).toBe(pairs + window.nodes.length);
    expect(program.rows).toBe(window.tasks.length + window.nodes.length * instance.width + pairs);
  });
});

it('how full nodes are now is told of windows where something runs', () => {
  const nodes = ['x', 'y'].map((id) => ({ id, capacity: { cpu: 4 }, used: { cpu: 1 } }));
  const task = { id: 'a', demand: { cpu: 1 }, count: 2 };
  expect(sharesNow(ready({ tasks: [{ ...task, current: 'y' }], nodes }))).toEqual([0.25, 0.75]);
  expect(sharesNow(ready({ tasks: [task], nodes }))).toEqual([]);
  expect(sharesNow(ready({ tasks: [{ ...task, current: 'gone' }], nodes }))).toEqual([]);
});

it('groups and moves are checked', () => {
  const window = ready({
    maxMoves: 0,
    tasks: [
      { id: 'a', demand: { cpu: 1 }, group: 'g' },
      { id: 'b', demand: { cpu: 1 }, group: 'g', current: 'x' },
    ],
    nodes: [
      { id: 'x', capacity: { cpu: 4 } },
      { id: 'y', capacity: { cpu: 4 } },
    ],
    groups: { g: { maxPerNode: 1 } },
  });
  const plan = (a: string, b: string) => [
    { task: 'a', node: a, copies: 1 },
    { task: 'b', node: b, copies: 1 },
  ];
  expect(check(window, plan('y', 'x')).faults).toEqual([]);
  expect(check(window, plan('x', 'x')).faults).toHaveLength(1);
  expect(check(window, plan('x', 'y')).faults[0]).toMatch(/moves/);
  expect(check(window, plan('y', 'x')).shares).toEqual([0.25, 0.25]);
});

it('rules of thumb answer as they do by themselves', async () => {
  const window = ready(clusterWindow({ tasks: 8, nodes: 3, kinds: 2, load: 0.7, seed: 1 }));
  for (const contender of HEURISTICS.keys()) {
    const outcome = await rulesOfThumb.run({ contender, window, seconds: 1, seed: 1, everything: true });
    const checked = check(window, outcome!.plan!);
    expect(checked.faults).toEqual([]);
    expect(checked.cost).toBeCloseTo(outcome!.cost!, 9);
  }
});

it('correlated windows trade time for demand, and are the same for the same seed', () => {
  const given = { tasks: 10, nodes: 3, load: 0.8, seed: 3 };
  const raw = correlatedWindow(given);
  expect(correlatedWindow(given)).toEqual(raw);
  const window = ready(raw);
  for (const [i, task] of window.tasks.entries())
    for (const [j, node] of window.nodes.entries()) {
      const sum = task.on![node.id]!.demand!.slots! + window.times![i]![j]!;
      expect(Math.abs(sum - 111)).toBeLessThanOrEqual(10);
    }
});
