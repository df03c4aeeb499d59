import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { random } from '../dist/model/random.js';
import { type SideState, sideStateOf } from '../dist/model/side-state.js';
import { verify } from '../dist/model/verifier.js';
import { planOf } from '../dist/solver/answer-lines.js';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

interface Step {
  readonly task: number;
  readonly pair: number;
  readonly copy: number;
  readonly amount: number;
}

/** Random copies put somewhere and taken away again, no more than there are, whatever the rules say. */
function walk(instance: Instance, seed: number, steps: number): { state: SideState; held: Step[]; left: Float64Array } {
  const next = random(seed);
  const upTo = (n: number) => Math.floor(next() * n);
  const { pairs, nodes } = instance;
  const state = sideStateOf(instance)!;
  const held: Step[] = [];
  const left = instance.count.slice();
  for (let k = 0; k < steps; k++) {
    if (held.length > 0 && next() < 0.4) {
      const [gone] = held.splice(upTo(held.length), 1);
      state.add(gone!.task, gone!.copy, -gone!.amount);
      left[gone!.task]! += gone!.amount;
      continue;
    }
    const pair = upTo(pairs.node.length);
    const q = pairs.node[pair]!;
    const copy = nodes.member[nodes.memberStart[q]! + upTo(nodes.memberStart[q + 1]! - nodes.memberStart[q]!)]!;
    const task = pairs.start.findIndex((start) => start > pair) - 1;
    const amount = instance.divisible ? next() * left[task]! : Math.min(left[task]!, 1 + upTo(2));
    if (amount <= 0) continue;
    left[task]! -= amount;
    held.push({ task, pair, copy, amount });
    state.add(task, copy, amount);
  }
  return { state, held, left };
}

/** Breaches of groups and moves, as the verifier finds them in the window alone. */
const RULES = (code: string) => code.startsWith('group:') || code === 'too-many-moves';
function breaches(instance: Instance, held: readonly Step[]) {
  const plan = planOf(instance, { placements: held, unplaced: new Float64Array(instance.tasks) });
  return verify(instance.window, plan).breaches.filter(({ code }) => RULES(code));
}

/** Breaches that more copies can not mend: all but gangs that are short and values that are behind. */
const lasting = (found: ReturnType<typeof breaches>) =>
  found.filter(({ code }) => code !== 'group:gang' && code !== 'group:spread');

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 100_000 }),
  steps: fc.integer({ min: 0, max: 14 }),
  divisible: fc.boolean(),
});
const instanceOf = ({ seed, divisible }: { seed: number; divisible: boolean }) =>
  buildInstance(
    ready({ ...ruledWindow(seed, { mode: divisible ? 'divisible' : 'integral', mostCopies: 4 }), unplaced: 'allow' }),
  );

describe('how an assignment stands with the side rules', () => {
  it('is what the verifier recomputes, after copies were added and taken away', () => {
    fc.assert(
      fc.property(cases, (each) => {
        const instance = instanceOf(each);
        if (!instance.rules || instance.pairs.node.length === 0) return;
        const { state, held } = walk(instance, each.seed, each.steps);
        const found = breaches(instance, held);
        expect(state.holds).toBe(found.length === 0);
        expect(state.movesHold).toBe(!found.some(({ code }) => code === 'too-many-moves'));
        instance.rules.groups.forEach(({ name }, g) => {
          const clean = !found.some((breach) => breach.group === name);
          // a pair of groups apart is told of the one that asks for it
          const shared = found.some(({ code }) => code === 'group:apart-from');
          if (!shared) expect(state.groupHolds(g)).toBe(clean);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves just as much room as keeps the rules', () => {
    let bounded = 0;
    fc.assert(
      fc.property(cases, (each) => {
        const instance = instanceOf({ ...each, divisible: false });
        const { pairs, nodes, rules } = instance;
        if (!rules || pairs.node.length === 0) return;
        const { state, held, left } = walk(instance, each.seed, Math.min(each.steps, 5));
        if (lasting(breaches(instance, held)).length > 0) return;
        const level = !breaches(instance, held).some(({ code }) => code === 'group:spread');
        for (let task = 0; task < instance.tasks; task++)
          for (let pair = pairs.start[task]!; pair < pairs.start[task + 1]!; pair++) {
            const copy = nodes.member[nodes.memberStart[pairs.node[pair]!]!]!;
            const breaks = (amount: number, code: (found: ReturnType<typeof breaches>) => unknown[]) =>
              code(breaches(instance, [...held, { task, pair, copy, amount }])).length > 0;
            const exactly = (room: number, code: typeof lasting) => {
              if (Math.min(room, left[task]!) > 0) expect(breaks(Math.min(room, left[task]!), code)).toBe(false);
              if (room >= left[task]!) return;
              bounded++;
              expect(breaks(room + 1, code)).toBe(true);
            };
            exactly(state.room(task, copy, false), lasting);
            if (level) exactly(state.room(task, copy), (found) => found.filter(({ code }) => code !== 'group:gang'));
          }
      }),
      { numRuns: 1500 },
    );
    expect(bounded).toBeGreaterThan(500);
  });
});
