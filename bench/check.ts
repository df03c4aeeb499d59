import { mayRun, pairings } from '../dist/model/pairing.js';
import { freeOf, inTierOrder, nodeCopies, tierOf } from '../dist/model/rules.js';
import type { PlanLine } from '../dist/model/verifier.js';
import type { Window } from '../dist/model/window.js';

/** Share by which a node may be over, and a task short: what solvers with tolerances leave, in their favour. */
const TOLERANCE = 1e-6;

/** What a plan is, recomputed from the window alone, whoever made it. */
export interface Checked {
  readonly faults: readonly string[];
  readonly cost: number;
  readonly unplaced: readonly number[]; // tiers, first to last → copies
}

/** Recomputes cost, loads and unplaced copies of a plan by the definitions; knows nothing of programs or solvers. */
export function check(window: Window, plan: readonly PlanLine[]): Checked {
  const faults: string[] = [];
  const nodes = nodeCopies(window);
  const pairing = pairings(window, (name) => nodes.has(name));
  const taskAt = new Map(window.tasks.map((task, i) => [task.id, i]));
  const left = Float64Array.from(window.tasks, (task) => task.count);
  const loads = new Map<string, Record<string, number>>();
  let cost = 0;
  for (const { task, node, copies } of plan) {
    const i = taskAt.get(task);
    const at = nodes.get(node);
    if (i === undefined || at === undefined) {
      faults.push(`no task "${task}" or no node "${node}"`);
      continue;
    }
    const { demand, cost: each } = pairing(i, at);
    if (!(copies > 0) || (window.mode === 'integral' && !Number.isInteger(copies)))
      faults.push(`${copies} copies of "${task}" on "${node}"`);
    if (!mayRun(window, i, at, demand)) faults.push(`"${task}" may not run on "${node}"`);
    const load = loads.get(node) ?? {};
    for (const [k, d] of Object.entries(demand)) load[k] = (load[k] ?? 0) + d * copies;
    loads.set(node, load);
    left[i]! -= copies;
    cost += copies * each;
  }
  for (const [node, load] of loads) {
    for (const [k, used] of Object.entries(load)) {
      const free = freeOf(nodes.get(node)!.entry, k);
      if (used > free * (1 + TOLERANCE)) faults.push(`"${node}" is over: ${used} of ${k}, ${free} free`);
    }
  }
  const unplaced = new Map<string, number>();
  window.tasks.forEach((task, i) => {
    const short = left[i]!;
    if (short < -TOLERANCE * task.count) faults.push(`more copies of "${task.id}" than there are`);
    const tier = tierOf(task, task.current !== undefined && nodes.has(task.current));
    const copies = window.mode === 'integral' || short > TOLERANCE * task.count ? Math.max(0, short) : 0;
    unplaced.set(tier, (unplaced.get(tier) ?? 0) + copies);
  });
  return { faults, cost, unplaced: inTierOrder(unplaced.keys()).map((tier) => unplaced.get(tier)!) };
}

/** Negative when a is better: fewer unplaced copies in the first tier that differs, then less cost. */
export function compareChecked(a: Checked, b: Checked): number {
  for (let t = 0; t < a.unplaced.length; t++)
    if (Math.abs(a.unplaced[t]! - b.unplaced[t]!) > 1e-6) return a.unplaced[t]! - b.unplaced[t]!;
  return a.cost - b.cost;
}

export const sameUnplaced = (a: Checked, b: Checked): boolean =>
  a.unplaced.every((copies, t) => Math.abs(copies - b.unplaced[t]!) <= 1e-6);
