import type { Move } from './moves.ts';
import { mayRun, pairings } from './pairing.ts';
import { FIT, freeOf, nodeCopies } from './rules.ts';
import type { PlanLine } from './verifier.ts';
import type { Window } from './window.ts';

/**
 * Makes moves one after the other, from what runs now (less what the plan leaves unplaced), by the window alone; null when
 * no step takes more than is free and at the end all running copies are where the plan has them, else what is wrong.
 */
export function replay(window: Window, plan: readonly PlanLine[], moves: readonly Move[]): string | null {
  const nodes = nodeCopies(window);
  const pairing = pairings(window, (name) => nodes.has(name));
  const taskAt = new Map(window.tasks.map(({ id }, i) => [id, i]));
  const home = (i: number) => nodes.get(window.tasks[i]!.current ?? '');
  const at = new Map<string, number>(); // task and node → copies there
  const add = (task: string, node: string, copies: number) => {
    const key = JSON.stringify([task, node]);
    const sum = (at.get(key) ?? 0) + copies;
    at.set(key, sum);
    return sum;
  };
  const load = new Map<string, Record<string, number>>(); // node → resource → taken
  const carry = (i: number, name: string, copies: number) => {
    const sums = load.get(name) ?? {};
    load.set(name, sums);
    for (const [k, d] of Object.entries(pairing(i, nodes.get(name)!).demand)) sums[k] = (sums[k] ?? 0) + d * copies;
  };
  for (const { task, copies } of plan) {
    const i = taskAt.get(task)!;
    const from = home(i);
    if (!from) continue;
    add(task, from.id, copies);
    carry(i, from.id, copies);
  }
  for (const [step, { task, from, to, copies }] of moves.entries()) {
    const i = taskAt.get(task);
    const target = nodes.get(to);
    const refuse = (what: string) => `move ${step}, ${copies} of "${task}" from "${from}" to "${to}": ${what}`;
    if (i === undefined || !nodes.has(from) || !target) return refuse('no such task or node');
    if (!(copies > 0) || add(task, from, -copies) < -1e-9 * window.tasks[i]!.count)
      return refuse('not so many are there');
    const { demand } = pairing(i, target);
    if (!mayRun(window, i, target, demand)) return refuse('it may not run there');
    add(task, to, copies);
    carry(i, from, -copies);
    carry(i, to, copies);
    for (const [k, d] of Object.entries(demand)) {
      const taken = load.get(to)![k]!;
      if (d > 0 && taken > freeOf(target.entry, k) + FIT * Math.max(target.entry.capacity[k] ?? 0, taken))
        return refuse(`${taken} of ${k}, ${freeOf(target.entry, k)} free`);
    }
  }
  for (const { task, node, copies } of plan) if (home(taskAt.get(task)!)) add(task, node, -copies);
  for (const [key, copies] of at)
    if (Math.abs(copies) > 1e-6) return `${copies} copies of ${key} are elsewhere than planned`;
  return null;
}
