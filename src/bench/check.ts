import { mayRun, pairings } from '../model/pairing.ts';
import { freeOf, inTierOrder, nodeCopies, openingCost, tierOf } from '../model/rules.ts';
import { type PlanLine, verify } from '../model/verifier.ts';
import type { Window } from '../model/window.ts';

/** Share by which a node may be over, and a task short: what solvers with tolerances leave, in their favour. */
const TOLERANCE = 1e-6;

/** Nodes up to which the share in use of each is told. */
const MOST_SHARES = 400;

/** What a plan is, recomputed from the window alone, whoever made it. */
export interface Checked {
  readonly faults: readonly string[];
  readonly cost: number;
  readonly unplaced: readonly number[]; // tiers, first to last → copies
  /** Nodes in the order of the window → the largest share in use of any resource, to the thousandth; empty where there are many. */
  readonly shares: readonly number[];
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
    cost += openingCost(nodes.get(node)!.entry);
    for (const [k, used] of Object.entries(load)) {
      const free = freeOf(nodes.get(node)!.entry, k);
      if (used > free * (1 + TOLERANCE)) faults.push(`"${node}" is over: ${used} of ${k}, ${free} free`);
    }
  }
  if (Object.keys(window.groups).length > 0 || window.maxMoves !== null) faults.push(...sideFaults(window, plan));
  const shares = [...nodes].map(([name, { entry }]) => shareInUse(entry, loads.get(name) ?? {}));
  const unplaced = new Map<string, number>();
  window.tasks.forEach((task, i) => {
    const short = left[i]!;
    if (short < -TOLERANCE * task.count) faults.push(`more copies of "${task.id}" than there are`);
    const tier = tierOf(task, task.current !== undefined && nodes.has(task.current));
    const copies = window.mode === 'integral' || short > TOLERANCE * task.count ? Math.max(0, short) : 0;
    unplaced.set(tier, (unplaced.get(tier) ?? 0) + copies);
  });
  return {
    faults,
    cost,
    unplaced: inTierOrder(unplaced.keys()).map((tier) => unplaced.get(tier)!),
    shares: shares.length <= MOST_SHARES ? shares : [],
  };
}

/** Rules of groups and the limit of moves that a plan breaks. */
const sideFaults = (window: Window, plan: readonly PlanLine[]): string[] =>
  verify(window, plan)
    .breaches.filter(({ code }) => code.startsWith('group:') || code === 'too-many-moves')
    .map(({ detail }) => detail);

/** The largest share in use of any resource of a node, what others use included. */
function shareInUse({ capacity, used }: Window['nodes'][number], load: Record<string, number>): number {
  const all = Object.entries(capacity).filter(([, most]) => most > 0);
  const most = Math.max(0, ...all.map(([k, total]) => ((used[k] ?? 0) + (load[k] ?? 0)) / total));
  return Math.round(1000 * most) / 1000;
}

/** Negative when a is better: fewer unplaced copies in the first tier that differs, then less cost. */
export function compareChecked(a: Checked, b: Checked): number {
  for (let t = 0; t < a.unplaced.length; t++)
    if (Math.abs(a.unplaced[t]! - b.unplaced[t]!) > 1e-6) return a.unplaced[t]! - b.unplaced[t]!;
  return a.cost - b.cost;
}

export const sameUnplaced = (a: Checked, b: Checked): boolean =>
  a.unplaced.every((copies, t) => Math.abs(copies - b.unplaced[t]!) <= 1e-6);
