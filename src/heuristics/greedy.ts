import { assignmentOf, dustOf, type Placement } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import { addLoad, type Loads, roomFor } from '../model/loads.ts';
import { type Reason, roomReasons } from '../model/reasons.ts';
import { Heap } from './heap.ts';
import type { Candidate, Heuristic, HeuristicOptions, Placed, Rule } from './heuristic.ts';

/** Candidates looked at between two glances at the clock. */
const PATIENCE = 50_000;
/** Candidates after which a rule gives up whatever the clock says: minutes of them. */
const MOST_CANDIDATES = 2e9;
/** Parts into which a rule that spreads cuts a divisible entry of one copy, and the most parts of any entry. */
const SHARES = 8;
const MOST_PARTS = 500;

/** Makes the heuristic of a rule. */
export function greedy(rule: Rule): Heuristic {
  return {
    name: rule.name,
    summary: rule.summary,
    source: rule.source ?? null,
    place: (instance, options = {}) => place(rule, instance, options),
  };
}

/** One choice of the rule: so much room on a node copy for a pair's task. */
interface Choice {
  readonly pair: number;
  readonly copy: number;
  readonly score: number;
}

function place(rule: Rule, instance: Instance, { expired, ...options }: HeuristicOptions): Placed | null {
  const loads: Loads = new Float64Array(instance.nodes.copies * instance.width);
  const score = rule.score?.(instance, options) ?? (() => 0);
  const order = rule.order?.(instance, options) ?? Uint32Array.from({ length: instance.tasks }, (_, i) => i);
  const placements: Placement[] = [];
  const shortages = new Map<number, Reason[]>();
  let seen = 0;
  let glance = PATIENCE;

  for (let turn = 0; turn < order.length; turn++) {
    const task = order[turn]!;
    const count = instance.count[task]!;
    const part = rule.spreads ? partOf(count, instance.divisible) : count;
    const amounts = new Map<number, Placement & { amount: number }>(); // node copy → what it got of this task
    let left = count;
    const put = ({ pair, copy }: Choice): void => {
      const amount = Math.min(left, part, roomFor(instance, loads, pair, copy));
      addLoad(instance, loads, pair, copy, amount);
      const before = amounts.get(copy);
      if (before) before.amount += amount;
      else amounts.set(copy, { task, pair, copy, amount });
      left -= amount;
    };
    const choices = left > dustOf(instance, task) ? candidates(instance, loads, task, score) : null;
    seen += choices?.seen ?? 0;
    if (choices && part === count) {
      // one copy, or a rule that fills node after node: filling one changes no other's score
      if (choices.best) put(choices.best);
      if (choices.best && left > dustOf(instance, task)) {
        const rest = candidates(instance, loads, task, score, []).all!;
        for (const next of rest.sort(inOrder)) {
          if (left <= dustOf(instance, task)) break;
          put(next);
        }
      }
    } else if (choices) {
      const heap = new Heap(candidates(instance, loads, task, score, []).all!, (x, y) => inOrder(x, y) < 0);
      for (; heap.least && left > dustOf(instance, task); seen++) {
        const { pair, copy } = heap.least;
        put(heap.least);
        const room = roomFor(instance, loads, pair, copy) >= leastRoom(instance, task);
        heap.replaceLeast(room ? { pair, copy, score: score({ instance, loads, pair, copy }) } : null);
      }
    }
    if (left > dustOf(instance, task)) shortages.set(task, roomReasons(instance, loads, task));
    if (seen > glance) {
      if (expired?.() || seen > MOST_CANDIDATES) return null;
      glance = seen + PATIENCE;
    }
    for (const placement of amounts.values()) placements.push(placement);
  }
  return { assignment: assignmentOf(instance, placements), shortages };
}

const inOrder = (a: Choice, b: Choice): number => a.score - b.score || a.copy - b.copy;

/** Least room that makes a node copy a candidate. */
const leastRoom = (instance: Instance, task: number): number => (instance.divisible ? dustOf(instance, task) : 1);

/** What a rule that spreads places at once: one copy, or a part of many; a share in divisible windows. */
function partOf(count: number, divisible: boolean): number {
  const part = Math.max(1, Math.floor(count / MOST_PARTS));
  return divisible ? Math.min(part, count / SHARES) : part;
}

/** The choice with room that scores least, ties to the node that comes first, and into `all`, if given, every one. */
function candidates(
  instance: Instance,
  loads: Loads,
  task: number,
  score: (candidate: Candidate) => number,
  all?: Choice[],
): { best: Choice | null; all: Choice[] | undefined; seen: number } {
  const { pairs, nodes } = instance;
  const needed = leastRoom(instance, task);
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
      candidate.copy = copy;
      const value = score(candidate);
      if (!all && (value > least || (value === least && copy > bestCopy))) continue; // before the room, which takes longer
      if (roomFor(instance, loads, p, copy) < needed) continue;
      all?.push({ pair: p, copy, score: value });
      if (value < least || (value === least && copy < bestCopy)) {
        least = value;
        pair = p;
        bestCopy = copy;
      }
    }
  }
  return { best: pair < 0 ? null : { pair, copy: bestCopy, score: least }, all, seen };
}
