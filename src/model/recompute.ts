import type { Certificate } from './certificate.ts';
import {
  demandedResources,
  durationOf,
  FIT,
  failedLabel,
  freeOf,
  hostileTaint,
  type NodeCopy,
  nodeCopies,
  overrideAt,
  resourceWeights,
  shareLeft,
  tierOf,
} from './rules.ts';
import type { Task, Window } from './window.ts';

/** One copy of a task on a node where it may run. */
export interface Pairing {
  readonly time: number; // seconds
  readonly demand: Record<string, number>;
  readonly cost: number;
}

/**
 * The lower limit of the cost that a certificate's prices prove, among all assignments that leave as many copies per
 * tier unplaced as `unplacedOf` (tasks → copies):
 *
 *     Σ_i count_i · min( min_j (cost_ij + Σ_k λ_jk d_ijk), π_tier(i) ) − Σ_tier π u + Σ_j min(0, openCost_j − Σ_k λ_jk free_jk)
 *
 * Recomputed pair by pair from the window and the prices alone; tasks that fit on no node are left out of the sums.
 * −Infinity when the prices prove nothing: one is below 0, or a tier with unplaced copies has none.
 */
export function recomputeBound(
  window: Window,
  unplacedOf: Float64Array,
  { nodePrices, unplacedPrices }: Omit<Certificate, 'bound'>,
): number {
  if (nodePrices.some(({ prices }) => Object.values(prices).some((price) => !(price >= 0))))
    return Number.NEGATIVE_INFINITY;
  const nodes = [...nodeCopies(window).values()];
  const named = new Map(nodePrices.map(({ node, prices }) => [node, Object.entries(prices)]));
  const pricesOf = nodes.map(({ id, entry }) => named.get(id) ?? named.get(entry.id) ?? []);
  const priceOf = new Map(window.unplaced === 'forbid' ? [] : unplacedPrices.map(({ tier, price }) => [tier, price]));
  const pairing = pairings(window);
  const ids = new Set(nodes.map(({ id }) => id));
  let bound = 0;

  // each task at its cheapest: on some node, its capacity paid for, or unplaced
  const unplaced = new Map<string, number>();
  window.tasks.forEach((task, i) => {
    let least = Number.POSITIVE_INFINITY;
    nodes.forEach((node, j) => {
      const pair = pairing(i, node);
      if (!pair) return;
      let reduced = pair.cost;
      for (const [k, price] of pricesOf[j]!) reduced += price * (pair.demand[k] ?? 0);
      least = Math.min(least, reduced);
    });
    if (least === Number.POSITIVE_INFINITY) return;
    const tier = tierOf(task, runsOn(task, ids) !== undefined);
    bound += task.count * Math.min(least, priceOf.get(tier) ?? Number.POSITIVE_INFINITY);
    unplaced.set(tier, (unplaced.get(tier) ?? 0) + unplacedOf[i]!);
  });
  for (const [tier, copies] of unplaced)
    if (copies > 0) bound -= copies * (priceOf.get(tier) ?? Number.POSITIVE_INFINITY);

  // each node at its cheapest: shut, or open and its capacity sold
  nodes.forEach(({ entry }, j) => {
    let net = entry.open ? 0 : entry.openCost;
    for (const [k, price] of pricesOf[j]!) net -= price * freeOf(entry, k);
    bound += Math.min(0, net);
  });
  return bound;
}

/** Time, demand and cost of one copy of task i on a node, null where it may not run: by the definitions, nothing remembered. */
export function pairings(window: Window): (i: number, node: NodeCopy) => Pairing | null {
  const weights = resourceWeights(window, demandedResources(window));
  const ids = new Set(nodeCopies(window).keys());
  return (i, node) => {
    const task = window.tasks[i]!;
    const { entry } = node;
    const given = window.times?.[i]?.[node.index];
    const override = overrideAt(task, node);
    const demand: Record<string, number> = { ...task.demand, ...override?.demand };
    if (given === null || !mayRun(window, task, node) || !fits(window, demand, node)) return null;

    const time = given ?? shareLeft(task) * (override?.duration ?? durationOf(task) / entry.speed);
    let term = time;
    if (window.objective === 'price') term = time * entry.price;
    if (window.objective === 'resource-time')
      term = time * Object.entries(demand).reduce((sum, [k, d]) => sum + (weights[k] ?? 0) * d, 0);
    let cost = task.weight * term;
    for (const { labels, cost: unmet } of task.prefers) if (failedLabel(labels, node) !== null) cost += unmet;
    const from = runsOn(task, ids);
    if (from !== undefined && from !== node.id) cost += task.moveCost;
    return { time, demand, cost };
  };
}

/** Whether the rules let a task run on a node, room aside. */
function mayRun(window: Window, task: Task, node: NodeCopy): boolean {
  const { entry, id } = node;
  if (task.pinned ? task.current !== id : entry.drain) return false;
  if (hostileTaint(task, entry) !== null || failedLabel(task.requires, node) !== null) return false;
  const group = task.group === undefined ? undefined : window.groups[task.group];
  const spoken = [group?.spread?.label, group?.together, ...(group?.maxPer ?? []).map(({ label }) => label)];
  return spoken.every(
    (label) =>
      label === undefined || label === 'node' || (label === 'kind' ? entry.kind : entry.labels[label]) !== undefined,
  );
}

/** Whether one copy fits the empty node; a fraction of one fits wherever anything is free. */
const fits = (window: Window, demand: Record<string, number>, { entry }: NodeCopy): boolean =>
  Object.entries(demand).every(
    ([k, d]) => d <= 0 || (window.mode === 'integral' ? d <= freeOf(entry, k) * (1 + FIT) : freeOf(entry, k) > 0),
  );

/** The node of the window that a task runs on now, if any. */
const runsOn = (task: Task, nodes: ReadonlySet<string>): string | undefined =>
  task.current !== undefined && nodes.has(task.current) ? task.current : undefined;
