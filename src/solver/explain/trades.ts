import type { Placement } from '../../model/assignment.ts';
import type { Beside } from './beside.ts';

/** Copies of another task that are taken away from a node copy so that one of task i may have their place. */
export interface Preemption {
  readonly task: number;
  readonly copies: number;
  readonly copy: number; // node copy
}

/** One copy of another task that makes way by moving. */
export interface Shift {
  readonly task: number;
  readonly from: number; // node copies
  readonly to: number;
}

/** Trials for one task, at most. */
const MOST_TRIALS = 20_000;

/**
 * Whose copies, of one task and on one node, could make way for a copy of task i: tasks of its own tier or a later one, the
 * last tier and the fewest copies first. Integral windows only.
 */
export function preemptions(beside: Beside, i: number): Preemption[] {
  const { instance } = beside;
  const { pairs, tier } = instance;
  const found: Preemption[] = [];
  eachPlace(beside, i, (pair, copy) => {
    for (const other of beside.on(copy)) {
      if (other.task === i || tier[other.task]! < tier[i]!) continue;
      const copies = copiesInTheWay(beside, pair, copy, other);
      if (copies > other.amount) continue;
      const rest = beside.without([{ ...other, amount: copies }], () => beside.barriers(i, copy));
      if (rest.length === 0) found.push({ task: other.task, copies, copy });
    }
    return found.length < MOST_TRIALS;
  });
  const cost = ({ task, copies }: Preemption) => copies * (pairs.cost[pairs.start[task]!] ?? 0);
  return found.sort(
    (a, b) => tier[b.task]! - tier[a.task]! || a.copies - b.copies || cost(a) - cost(b) || a.copy - b.copy,
  );
}

/** Copies of what is placed on a node that have to go before one copy of a pair's task has room; Infinity: more than help. */
function copiesInTheWay({ instance, loads }: Beside, pair: number, copy: number, other: Placement): number {
  const { pairs, nodes, width, limit } = instance;
  let copies = 1;
  for (let k = 0; k < width; k++) {
    const over =
      loads[copy * width + k]! + pairs.demand[pairs.row[pair]! * width + k]! - limit[nodes.classOf[copy]! * width + k]!;
    if (over <= 0 || pairs.demand[pairs.row[pair]! * width + k] === 0) continue;
    copies = Math.max(copies, Math.ceil(over / pairs.demand[pairs.row[other.pair]! * width + k]!));
  }
  return copies;
}

/**
 * Copies, of any tier, that could run elsewhere so that one copy of task i has their place, the first of those that are no
 * move too many, and the first of those that are. Integral windows only.
 */
export function shifts(beside: Beside, i: number): Shift[] {
  const { instance } = beside;
  const { pairs, nodes } = instance;
  let within: Shift | null = null;
  let beyond: Shift | null = null;
  let trials = 0;
  eachPlace(beside, i, (pair, from) => {
    for (const other of beside.on(from)) {
      if (other.task === i || copiesInTheWay(beside, pair, from, other) > 1) continue;
      const one = { ...other, amount: 1 };
      const here = { task: i, pair, copy: from, amount: 1 };
      if (!open(beside.without([one], () => beside.barriers(i, from)))) continue;
      beside.without([one, { ...here, amount: -1 }], () => {
        for (let p = pairs.start[other.task]!; p < pairs.start[other.task + 1]!; p++) {
          for (let at = nodes.memberStart[pairs.node[p]!]!; at < nodes.memberStart[pairs.node[p]! + 1]!; at++) {
            const to = nodes.member[at]!;
            if (++trials > MOST_TRIALS) return;
            if (to === from || !beside.fits(p, to) || !open(beside.barriers(other.task, to))) continue;
            if (beside.movesHoldWith(other.task, to)) within ??= { task: other.task, from, to };
            else beyond ??= { task: other.task, from, to };
          }
        }
      });
      if (within && beyond) return false;
    }
    return trials <= MOST_TRIALS;
  });
  return [within, beyond].filter((shift) => shift !== null);
}

/** Whether nothing but the limit of moves is in the way. */
const open = (barriers: ReturnType<Beside['barriers']>): boolean => barriers.every(({ code }) => code === 'moves');

/** Every node copy that task i may run on, until `look` has seen enough. */
function eachPlace({ instance }: Beside, i: number, look: (pair: number, copy: number) => boolean): void {
  const { pairs, nodes } = instance;
  for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
    const q = pairs.node[p]!;
    for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]!; at++) if (!look(p, nodes.member[at]!)) return;
  }
}
