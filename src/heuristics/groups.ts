import type { Instance } from '../model/instance.ts';
import type { Pass } from './pass.ts';

/** Groups of which some copies are placed, and fewer than must be. */
export function brokenGangs({ instance: { rules }, sides }: Pass): number[] {
  if (!rules || !sides) return [];
  return [...rules.groups.keys()].filter((g) => sides.placed(g) > 0 && sides.placed(g) < rules.groups[g]!.gang - 1e-9);
}

/** Of groups that can not all be whole, those to leave out next: the half whose first members come last, one at least. */
export function lastHalf({ rules }: Instance, groups: readonly number[], order: ArrayLike<number>): number[] {
  const turn = new Map(Array.from(order, (task, at) => [task, at]));
  const first = (g: number) => Math.min(...Array.from(rules!.groups[g]!.members, (i) => turn.get(i)!));
  const byTurn = [...groups].sort((a, b) => first(b) - first(a));
  return byTurn.slice(0, Math.ceil(byTurn.length / 2));
}

/**
 * Chooses where a group stays together: at the value that takes most of its copies, tried out; ties to the rule's choice
 * for the member whose turn comes first.
 */
export function settleTogether(pass: Pass, g: number, order: ArrayLike<number>): void {
  const { members, copies } = pass.instance.rules!.groups[g]!;
  const mine = new Set(members);
  const tasks = Array.from(order).filter((i) => mine.has(i));
  let most = 0;
  let chosen = -1;
  for (const value of valuesInOrder(pass, g, tasks)) {
    chosen = chosen < 0 ? value : chosen;
    pass.settle(g, value);
    const placed = trial(pass, tasks, copies - most);
    if (placed <= most) continue;
    most = placed;
    chosen = value;
    if (most === copies) break;
  }
  pass.settle(g, chosen);
}

/** Copies that tasks get where their group is settled, all taken back; 0 as soon as `spare` of them find no place. */
function trial(pass: Pass, tasks: readonly number[], spare: number): number {
  const turns = [];
  let placed = 0;
  let missed = 0;
  for (const task of tasks) {
    const turn = pass.turnOf(task);
    const { left } = turn;
    pass.place(turn);
    turns.push(turn);
    placed += left - turn.left;
    missed += turn.left;
    if (missed >= spare) break;
  }
  for (const turn of turns)
    for (const { copy, amount } of [...turn.amounts.values()]) pass.takeBack(turn, copy, amount);
  return missed >= spare ? 0 : placed;
}

/** Values at which a group might stay together, those that the rule prefers for the first of its tasks first. */
function valuesInOrder(pass: Pass, g: number, tasks: readonly number[]): number[] {
  const { pairs, nodes, rules } = pass.instance;
  const { of } = rules!.groups[g]!.together!;
  const score = new Map<number, number>();
  for (const i of tasks)
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++)
      score.set(of[pairs.node[p]!]!, Number.POSITIVE_INFINITY);
  for (const { copy, score: mine } of pass.all(tasks[0]!)) {
    const value = of[nodes.classOf[copy]!]!;
    score.set(value, Math.min(score.get(value)!, mine));
  }
  return [...score].sort(([v, a], [w, b]) => (a === b ? v - w : a - b)).map(([value]) => value);
}
