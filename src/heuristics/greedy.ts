import { assignmentOf, DUST, type Placement } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import { addLoad, type Loads, roomFor } from '../model/loads.ts';
import { type Reason, roomReasons } from '../model/reasons.ts';
import type { Candidate, Heuristic, HeuristicOptions, Placed, Rule } from './heuristic.ts';

/** Candidates looked at between two glances at the clock. */
const PATIENCE = 50_000;
/** Parts into which a rule that spreads cuts an entry of a divisible window with one copy. */
const SHARES = 8;

/** Makes the heuristic of a rule. */
export function greedy(rule: Rule): Heuristic {
  return {
    name: rule.name,
    summary: rule.summary,
    source: rule.source ?? null,
    place: (instance, options = {}) => place(rule, instance, options),
  };
}

function place(rule: Rule, instance: Instance, options: HeuristicOptions): Placed | null {
  const loads: Loads = new Float64Array(instance.nodes.copies * instance.width);
  const score = rule.score?.(instance, options) ?? (() => 0);
  const order = rule.order?.(instance, options) ?? Uint32Array.from({ length: instance.tasks }, (_, i) => i);
  const step = (count: number) => (rule.spreads ? (instance.divisible ? Math.min(1, count / SHARES) : 1) : count);
  const placements: Placement[] = [];
  const shortages = new Map<number, Reason[]>();
  const { expired } = options;
  let patience = PATIENCE;

  for (let turn = 0; turn < order.length; turn++) {
    const task = order[turn]!;
    const count = instance.count[task]!;
    const onCopy = new Map<number, { task: number; pair: number; copy: number; amount: number }>();
    let left = count;
    while (left > DUST * count) {
      const best = leastScore(instance, loads, task, score);
      if (best.pair < 0) {
        shortages.set(task, roomReasons(instance, loads, task));
        break;
      }
      const amount = Math.min(left, step(count), roomFor(instance, loads, best.pair, best.copy));
      addLoad(instance, loads, best.pair, best.copy, amount);
      const before = onCopy.get(best.copy);
      if (before) before.amount += amount;
      else onCopy.set(best.copy, { task, pair: best.pair, copy: best.copy, amount });
      left -= amount;
      patience -= best.seen;
      if (patience < 0) {
        if (expired?.()) return null;
        patience = PATIENCE;
      }
    }
    placements.push(...onCopy.values());
  }
  return { assignment: assignmentOf(instance, placements), shortages };
}

/** The candidate with room that scores least, ties to the node that comes first; pair −1 when none has room. */
function leastScore(
  instance: Instance,
  loads: Loads,
  task: number,
  score: (candidate: Candidate) => number,
): { pair: number; copy: number; seen: number } {
  const { pairs, nodes, divisible, count } = instance;
  const needed = divisible ? DUST * count[task]! : 1;
  const candidate: Candidate = { instance, loads, pair: -1, copy: -1 };
  let least = Number.POSITIVE_INFINITY;
  let pair = -1;
  let bestCopy = -1;
  let seen = 0;
  for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) {
    const q = pairs.node[p]!;
    const end = nodes.memberStart[q + 1]!;
    candidate.pair = p;
    for (let at = nodes.memberStart[q]!; at < end; at++) {
      const copy = nodes.member[at]!;
      seen++;
      if (roomFor(instance, loads, p, copy) < needed) continue;
      candidate.copy = copy;
      const value = score(candidate);
      if (value < least || (value === least && copy < bestCopy)) {
        least = value;
        pair = p;
        bestCopy = copy;
      }
    }
  }
  return { pair, copy: bestCopy, seen };
}
