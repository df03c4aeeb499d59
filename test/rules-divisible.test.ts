import { describe, expect, it } from 'vitest';
import { solve } from '../dist/solver/solve.js';
import { judgedEngines } from './support/judged.ts';
import { ruledWindow } from './support/ruled-window.ts';
import { straightRuledOptimum } from './support/straight-ruled.ts';
import { ready } from './support/windows.ts';

const { engines, judge } = await judgedEngines();

const near = (a: number, b: number, relative: number) =>
  Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) + 1e-9;

describe('divisible windows with limits, moves and costs', () => {
  it('equal the straight formulation, proven', async () => {
    const wrong: string[] = [];
    for (let seed = Number(process.env.DIV_FROM ?? 1); seed <= Number(process.env.DIV_TO ?? 110); seed++) {
      const options = {
        mode: 'divisible' as const,
        mostTasks: seed % 3 === 0 ? 14 : 7,
        mostNodes: seed % 2 === 0 ? 8 : 4,
        mostCopies: seed % 5 === 0 ? 40 : 3,
      };
      const raw = { ...ruledWindow(seed, options), deadlineMs: 20_000, unplaced: 'allow' as const };
      const window = ready(raw);
      const answer = await solve(window, { engines });
      const best = await straightRuledOptimum(window);
      const tell = (what: string) => wrong.push(`seed ${seed}: ${what}`);
      for (const fault of judge?.(raw, answer).faults ?? []) tell(fault);
      if (answer.status !== 'optimal') tell(`${answer.status} (${answer.stop}), gap ${answer.gap}`);
      best.tiers.forEach((tier, t) => {
        const { copies } = answer.unplacedBounds[t]!;
        if (copies === null || Math.abs(copies - best.unplaced[t]!) > 1e-5)
          tell(`tier ${tier}: ${copies} unplaced, least is ${best.unplaced[t]}`);
      });
      if (!near(answer.objective!, best.cost, 1e-5)) tell(`cost ${answer.objective}, least is ${best.cost}`);
    }
    expect(wrong).toEqual([]);
  });

  it('cost so many times as much where there is so many times as much of everything', async () => {
    const wrong: string[] = [];
    const times = 100_000;
    const scaled = (amounts: Record<string, number> = {}) =>
      Object.fromEntries(Object.entries(amounts).map(([k, amount]) => [k, amount * times]));
    for (let seed = Number(process.env.SC_FROM ?? 301); seed <= Number(process.env.SC_TO ?? 360); seed++) {
      const raw = {
        ...ruledWindow(seed, { mode: 'divisible', mostTasks: 10, mostNodes: 6 }),
        deadlineMs: 20_000,
        objective: 'time' as const,
        unplaced: 'allow' as const,
      };
      const large = {
        ...raw,
        tasks: raw.tasks.map((task) => ({ ...task, count: (task.count ?? 1) * times })),
        nodes: raw.nodes.map((node) => ({
          ...node,
          capacity: scaled(node.capacity),
          used: scaled(node.used),
          openCost: (node.openCost ?? 0) * times,
        })),
        ...(raw.maxMoves === undefined ? {} : { maxMoves: raw.maxMoves * times }),
        groups: Object.fromEntries(
          Object.entries(raw.groups ?? {}).map(([name, { maxPerNode, maxPer = [] }]) => [
            name,
            {
              ...(maxPerNode === undefined ? {} : { maxPerNode: maxPerNode * times }),
              maxPer: maxPer.map(({ label, count }) => ({ label, count: count * times })),
            },
          ]),
        ),
      };
      const one = await solve(ready(raw), { engines });
      const many = await solve(ready(large), { engines });
      for (const fault of judge?.(large, many).faults ?? []) wrong.push(`seed ${seed}: ${fault}`);
      if (many.status !== 'optimal') wrong.push(`seed ${seed}: ${many.status} (${many.stop}), gap ${many.gap}`);
      if (!near(many.objective! / times, one.objective!, 1e-5))
        wrong.push(`seed ${seed}: ${many.objective! / times}, not ${one.objective}`);
    }
    expect(wrong).toEqual([]);
  });
});
