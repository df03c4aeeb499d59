import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answer } from '../dist/model/answer.js';
import { mayRun, pairings } from '../dist/model/pairing.js';
import { recomputeBound } from '../dist/model/recompute.js';
import { nodeCopies } from '../dist/model/rules.js';
import { validateWindow } from '../dist/model/validate.js';
import { verify } from '../dist/model/verifier.js';
import type { Window, WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';

const engines = new EnginePool();
afterAll(() => engines.close());

/** A window with its defaults, whether or not this version can solve it. */
function valid(raw: unknown): Window {
  const validated = validateWindow(raw);
  if (!validated.ok) throw new Error(JSON.stringify(validated.faults));
  return validated.window;
}

const examples = new URL('../examples/', import.meta.url);
const answers = new Map<string, Promise<[Window, Answer]>>();
const answerTo = (name: string) => {
  const window = valid(JSON.parse(readFileSync(new URL(name, examples), 'utf8')));
  const answer =
    answers.get(name) ??
    solve({ ...window, deadlineMs: 500 }, { engines }).then((found): [Window, Answer] => [window, found]);
  answers.set(name, answer);
  return answer;
};

describe.each(readdirSync(examples))('the bound that the prices of %s prove', (name) => {
  it('is the one that the certificate states, and no more than the objective', async () => {
    const [window, { assignments, certificate, objective }] = await answerTo(name);
    const { unplacedOf } = verify(window, assignments);
    const bound = recomputeBound(window, unplacedOf, certificate!);
    expect(Math.abs(bound - certificate!.bound)).toBeLessThanOrEqual(1e-6 * Math.abs(bound));
    expect(bound).toBeLessThanOrEqual(objective! * (1 + 1e-9));
  });

  it('is never more than the objective, whatever the prices', async () => {
    const [window, { assignments, certificate, objective }] = await answerTo(name);
    const { unplacedOf } = verify(window, assignments);
    for (const factor of [0, 0.5, 0.9, 1.1, 2, 10]) {
      const nodePrices = certificate!.nodePrices.map(({ node, prices }) => ({
        node,
        prices: Object.fromEntries(Object.entries(prices).map(([k, price]) => [k, factor * price])),
      }));
      expect(recomputeBound(window, unplacedOf, { ...certificate!, nodePrices })).toBeLessThanOrEqual(
        objective! * (1 + 1e-9),
      );
    }
  });
});

describe('recomputeBound by hand', () => {
  const raw: WindowInput = {
    objective: 'time',
    tasks: [
      { id: 'a', demand: { cpu: 2 }, duration: 6, count: 2, weight: 2, prefers: [{ labels: { zone: 'b' }, cost: 5 }] },
      { id: 'b', demand: { cpu: 1 }, current: 'x', moveCost: 3, preemptible: true, priority: 4 },
      { id: 'huge', demand: { cpu: 100 } },
    ],
    nodes: [
      { id: 'x', capacity: { cpu: 4 }, used: { cpu: 1 }, openCost: 7, labels: { zone: 'a' } },
      { id: 'y', capacity: { cpu: 2 }, speed: 2, count: 2, labels: { zone: 'b' } },
    ],
  };
  const none = new Float64Array(3);
  const window = valid(raw);

  it('knows preferences, the cost of moving and of opening, and leaves out what fits nowhere', () => {
    const nodes = nodeCopies(window);
    const pairing = pairings(window, (name) => nodes.has(name));
    const cost = (i: number, name: string) => {
      const { cost, demand } = pairing(i, nodes.get(name)!);
      return mayRun(window, i, nodes.get(name)!, demand) ? cost : null;
    };
    expect([cost(0, 'x'), cost(0, 'y#1'), cost(1, 'x'), cost(1, 'y#0'), cost(2, 'x')]).toEqual([17, 6, 1, 3.5, null]);
    // at no prices, every task where it costs least: 2 · 6 + 1
    expect(recomputeBound(window, none, { nodePrices: [], unplacedPrices: [] })).toBe(13);
    // y at 2 per cpu: a takes min(17, 10), b stays at 1; each copy of y sells 2 cpu
    expect(recomputeBound(window, none, { nodePrices: [{ node: 'y', prices: { cpu: 2 } }], unplacedPrices: [] })).toBe(
      20 + 1 - 8,
    );
    // one copy of y priced alone: a goes to the other
    expect(
      recomputeBound(window, none, { nodePrices: [{ node: 'y#1', prices: { cpu: 2 } }], unplacedPrices: [] }),
    ).toBe(13 - 4);
    // x at 2 sells 3 cpu for 6, less than opening it costs; at 3 it gains 2. b pays its own cpu or moves
    expect(recomputeBound(window, none, { nodePrices: [{ node: 'x', prices: { cpu: 2 } }], unplacedPrices: [] })).toBe(
      12 + 3,
    );
    expect(recomputeBound(window, none, { nodePrices: [{ node: 'x', prices: { cpu: 3 } }], unplacedPrices: [] })).toBe(
      12 + 3.5 - 2,
    );
  });

  it('charges unplaced copies to their tier', () => {
    const oneUnplaced = Float64Array.of(1, 0, 1);
    const at = (price: number) =>
      recomputeBound(window, oneUnplaced, { nodePrices: [], unplacedPrices: [{ tier: '0', price }] });
    expect([at(6), at(4), at(0), at(9)]).toEqual([7, 5, 1, 4]);
  });

  it('proves nothing with a price below 0 or without one for a tier with unplaced copies', () => {
    const nothing = Number.NEGATIVE_INFINITY;
    for (const price of [-1, Number.NaN])
      expect(
        recomputeBound(window, none, { nodePrices: [{ node: 'x', prices: { cpu: price } }], unplacedPrices: [] }),
      ).toBe(nothing);
    expect(recomputeBound(window, Float64Array.of(1, 0, 0), { nodePrices: [], unplacedPrices: [] })).toBe(nothing);
    const forbids = { ...window, unplaced: 'forbid' as const };
    expect(
      recomputeBound(forbids, Float64Array.of(1, 0, 0), { nodePrices: [], unplacedPrices: [{ tier: '0', price: 1 }] }),
    ).toBe(nothing);
    expect(recomputeBound(forbids, none, { nodePrices: [], unplacedPrices: [{ tier: '0', price: 1 }] })).toBe(13);
  });
});
