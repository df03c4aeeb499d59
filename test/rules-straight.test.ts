import { describe, expect, it } from 'vitest';
import { random } from '../dist/model/random.js';
import type { WindowInput } from '../dist/model/window.js';
import { solve } from '../dist/solver/solve.js';
import { judgedEngines } from './support/judged.ts';
import { ruledWindow } from './support/ruled-window.ts';
import { straightRuledOptimum } from './support/straight-ruled.ts';
import { ready } from './support/windows.ts';

const { engines, judge } = await judgedEngines();

/** What differs between our answer and the optimum found tier by tier with a straight formulation. */
async function differences(raw: WindowInput): Promise<string[]> {
  const window = ready(raw);
  const answer = await solve(window, { engines });
  const best = await straightRuledOptimum(window);
  const wrong = [...(judge?.(raw, answer).faults ?? [])];
  if (answer.status !== 'optimal') wrong.push(`${answer.status} (${answer.stop}), gap ${answer.gap}`);
  best.tiers.forEach((tier, t) => {
    const { copies } = answer.unplacedBounds[t]!;
    if (copies !== best.unplaced[t]) wrong.push(`tier ${tier}: ${copies} unplaced, least is ${best.unplaced[t]}`);
  });
  if (Math.abs(answer.objective! - best.cost) > 1e-6 * best.cost + 1e-9)
    wrong.push(`cost ${answer.objective}, least is ${best.cost}`);
  return wrong;
}

/** 200 tasks of 10 priorities, half of which fit: `groups` of them with rules. */
function overfull(seed: number, groups: WindowInput['groups'] = {}): WindowInput {
  const next = random(seed);
  const upTo = (n: number) => Math.floor(next() * n);
  const names = Object.keys(groups);
  return {
    deadlineMs: 90_000,
    tasks: Array.from({ length: 200 }, (_, i) => ({
      id: `t${i}`,
      demand: { cpu: 1 + upTo(4) },
      duration: 1 + upTo(4),
      priority: upTo(10),
      ...(names.length > 0 && next() < 0.3 ? { group: names[upTo(names.length)]! } : {}),
    })),
    nodes: Array.from({ length: 5 }, (_, j) => ({
      id: `n${j}`,
      capacity: { cpu: 50 },
      speed: 1 + (j % 2),
      labels: { zone: j < 3 ? 'a' : 'b' },
    })),
    groups,
  };
}

describe('windows with rules against a straight formulation', () => {
  it('of up to 14 tasks × 7 nodes: 40 windows', async () => {
    const wrong: string[] = [];
    for (let seed = Number(process.env.ST_FROM ?? 1); seed <= Number(process.env.ST_TO ?? 40); seed++) {
      const raw = ruledWindow(seed, { mostTasks: 14, mostNodes: 7, mostCopies: 6 });
      const found = await differences({ ...raw, deadlineMs: 30_000, unplaced: 'allow' });
      wrong.push(...found.map((what) => `seed ${seed}: ${what}`));
    }
    expect(wrong).toEqual([]);
  });

  it.each<[string, WindowInput['groups']]>([
    ['without groups', {}],
    [
      'with groups',
      {
        web: { maxPerNode: 3, spread: { label: 'zone', maxSkew: 2 } },
        db: { maxPer: [{ label: 'zone', count: 6 }], apartFrom: ['web'] },
        batch: { gang: 5 },
      },
    ],
  ])('10 tiers, over-full, 200 tasks, %s', async (_, groups) => {
    expect(await differences(overfull(3, groups))).toEqual([]);
  });
});
