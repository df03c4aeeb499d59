import { describe, expect, it } from 'vitest';
import type { Answer } from '../dist/model/answer.js';
import { random } from '../dist/model/random.js';
import type { WindowInput } from '../dist/model/window.js';
import { solve } from '../dist/solver/solve.js';
import { judgedEngines } from './support/judged.ts';
import { ruledWindow } from './support/ruled-window.ts';
import { shuffled } from './support/shuffled.ts';
import { ready } from './support/windows.ts';

const { engines, judge } = await judgedEngines();

const near = (a: number | null, b: number | null) =>
  a === b || (a !== null && b !== null && Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b)) + 1e-12);

/** What is wrong with an answer by the judge, its partial answer included. */
function faultsOf(raw: WindowInput, answer: Answer): string[] {
  const partial = answer.partial ? (judge?.({ ...raw, unplaced: 'allow' }, answer.partial).faults ?? []) : [];
  return [...(judge?.(raw, answer).faults ?? []), ...partial.map((fault) => `partial: ${fault}`)];
}

/** What two answers to the same question must agree on, as far as both prove it. */
function disagreement(a: Answer, b: Answer): string[] {
  const [first, second] = [a.partial ?? a, b.partial ?? b];
  const found: string[] = [];
  if (a.status !== b.status) found.push(`${a.status} and ${b.status}`);
  for (const { tier, copies } of first.unplacedBounds) {
    const other = second.unplacedBounds.find((bound) => bound.tier === tier);
    if (!other || !near(copies, other.copies)) found.push(`tier ${tier}: ${copies} and ${other?.copies}`);
  }
  if (!near(first.objective, second.objective)) found.push(`objectives ${first.objective} and ${second.objective}`);
  return found;
}

/** A window with its tasks, nodes and groups in another order. */
function permuted(raw: WindowInput, seed: number): WindowInput {
  const { times, ...window } = raw;
  const tasks = shuffled([...raw.tasks.keys()], random(seed));
  const nodes = shuffled([...raw.nodes.keys()], random(seed + 1));
  const starts = raw.nodes.map((_, e) => raw.nodes.slice(0, e).reduce((sum, { count = 1 }) => sum + count, 0));
  const columns = nodes.flatMap((e) => Array.from({ length: raw.nodes[e]!.count ?? 1 }, (_, k) => starts[e]! + k));
  return {
    ...window,
    tasks: tasks.map((i) => raw.tasks[i]!),
    nodes: nodes.map((e) => raw.nodes[e]!),
    ...(times ? { times: tasks.map((i) => columns.map((j) => times[i]![j]!)) } : {}),
    ...(raw.groups ? { groups: Object.fromEntries(shuffled(Object.entries(raw.groups), random(seed + 2))) } : {}),
  };
}

describe('answers to windows with rules', () => {
  it('are true at short deadlines: 60 windows of 30 to 200 tasks', async () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const mode = seed % 5 === 0 ? ('divisible' as const) : ('integral' as const);
      const options = { mode, mostTasks: 30 + ((seed * 37) % 170), mostNodes: 8 + ((seed * 13) % 40), mostCopies: 4 };
      const raw = { ...ruledWindow(seed, options), deadlineMs: [50, 100, 300][seed % 3]! };
      const answer = await solve(ready(raw), { engines });
      for (const fault of faultsOf(raw, answer)) wrong.push(`seed ${seed}: ${fault}`);
    }
    expect(wrong).toEqual([]);
  });

  it('do not depend on the order of tasks, nodes and groups', async () => {
    const wrong: string[] = [];
    for (let seed = 5001; seed <= 5100; seed++) {
      const raw = { ...ruledWindow(seed, { mostTasks: 9, mostNodes: 6 }), deadlineMs: 20_000 };
      const one = await solve(ready(raw), { engines });
      const other = await solve(ready(permuted(raw, seed)), { engines });
      for (const what of disagreement(one, other)) wrong.push(`seed ${seed}: ${what}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each([false, true])('are the same twice where steps are counted, explained and compared: %s', async (more) => {
    for (let seed = 6001; seed <= (more ? 6012 : 6040); seed++) {
      const mode = seed % 4 === 0 ? ('divisible' as const) : ('integral' as const);
      const window = ruledWindow(seed, { mode, mostTasks: 20, mostNodes: 10 });
      const raw = { ...window, work: 300, explain: more, compare: more };
      const [one, other] = [await solve(ready(raw), { engines }), await solve(ready(raw), { engines })];
      const timeless = (answer: Answer) =>
        JSON.stringify(answer, (key, value) => (key === 'timings' || key === 'ms' ? undefined : value));
      expect(timeless(other)).toBe(timeless(one));
      expect(faultsOf(raw, one)).toEqual([]);
    }
  });

  it.each(['glpk', 'highs', 'jslp'] as const)('are those of any engine: %s', async (engine) => {
    const wrong: string[] = [];
    for (let seed = 7001; seed <= 7060; seed++) {
      const mode = seed % 6 === 0 ? ('divisible' as const) : ('integral' as const);
      const raw = { ...ruledWindow(seed, { mode, mostTasks: 5, mostNodes: 3 }), deadlineMs: 20_000 };
      const auto = await solve(ready(raw), { engines });
      const named = await solve(ready({ ...raw, engine }), { engines });
      for (const what of [...disagreement(auto, named), ...faultsOf(raw, named)])
        wrong.push(`seed ${seed}: ${what} (${named.stop})`);
    }
    expect(wrong).toEqual([]);
  });

  it('refuse what can not be placed whole, with proof', async () => {
    let infeasible = 0;
    for (let seed = 8001; seed <= 8080; seed++) {
      const raw = { ...ruledWindow(seed), deadlineMs: 20_000 };
      const allowed = await solve(ready({ ...raw, unplaced: 'allow' }), { engines });
      const forbidden = await solve(ready({ ...raw, unplaced: 'forbid' }), { engines });
      expect(allowed.status).toBe('optimal');
      const short = allowed.summary.unplaced > 0;
      expect([seed, forbidden.status, forbidden.stop]).toEqual([seed, short ? 'infeasible' : 'optimal', 'proved']);
      expect(disagreement(allowed, forbidden.partial ?? forbidden)).toEqual([]);
      if (short) infeasible++;
    }
    expect(infeasible).toBeGreaterThan(20);
  });
});
