import { verify } from '../../dist/model/verifier.js';
import type { Window } from '../../dist/model/window.js';

/** The lexicographically best assignment of a small window: unplaced copies tier by tier, then cost. */
export interface Optimum {
  readonly tiers: readonly string[];
  readonly unplaced: readonly number[]; // tiers → copies
  readonly cost: number;
}

/** Node copies and, for each task, where it may run and what a copy costs there, asked of the verifier pair by pair. */
function tableOf(window: Window) {
  const copies = window.nodes.flatMap((entry) =>
    Array.from({ length: entry.count }, (_, k) => ({ entry, id: entry.count > 1 ? `${entry.id}#${k}` : entry.id })),
  );
  const allowed: Window = { ...window, unplaced: 'allow' };
  const pairs = window.tasks.map((task) =>
    copies.flatMap(({ entry, id }, at) => {
      const { breaches, objective } = verify(allowed, [{ task: task.id, node: id, copies: 1 }]);
      const wholesale = (code: string) =>
        code.startsWith('group:') ||
        code === 'too-many-moves' ||
        (window.mode === 'divisible' && code === 'over-capacity');
      const refused = breaches.some(({ code }) => !wholesale(code));
      if (refused) return [];
      const on = (place: string | undefined) => (place === undefined ? undefined : task.on?.[place]?.demand);
      return [
        {
          at,
          cost: objective - opening(entry),
          demand: { ...task.demand, ...on(entry.kind), ...on(entry.id), ...on(id) },
        },
      ];
    }),
  );
  const free = copies.map(
    ({ entry }) =>
      (k: string) =>
        Math.max(0, (entry.capacity[k] ?? 0) - (entry.used[k] ?? 0)),
  );
  const capacity = copies.map(
    ({ entry }) =>
      (k: string) =>
        entry.capacity[k] ?? 0,
  );
  const { unplaced } = verify(allowed, []);
  const tiers = unplaced.map(({ tier }) => tier);
  const tierAt = window.tasks.map((task) => {
    const running = task.current !== undefined && copies.some(({ id }) => id === task.current);
    return tiers.indexOf(
      running && !task.preemptible ? 'protected' : running ? `${task.priority}:running` : `${task.priority}`,
    );
  });
  return { copies, pairs, free, capacity, tiers, tierAt };
}

const opening = ({ open, openCost }: Window['nodes'][number]): number => (open ? 0 : openCost);

export { tableOf };

/** Tries every assignment; for windows of a few tasks and nodes. */
export function exhaustive(window: Window): Optimum {
  const { copies, pairs, free, capacity, tiers, tierAt } = tableOf(window);
  const loads = copies.map(() => new Map<string, number>());
  const held = window.tasks.map(() => copies.map(() => 0));
  const allowed: Window = { ...window, unplaced: 'allow' };
  const unplaced = tiers.map(() => 0);
  let best: { unplaced: number[]; cost: number } | null = null;

  const worse = (cost: number): boolean => {
    if (!best) return false;
    for (let t = 0; t < tiers.length; t++) {
      // tiers are only comparable as far as all before are equal; counts never shrink on the way down
      if (unplaced[t]! > best.unplaced[t]!) return true;
      if (unplaced[t]! < best.unplaced[t]!) return false;
    }
    return cost >= best.cost - 1e-12 * Math.abs(best.cost);
  };
  const fits = (at: number, demand: Record<string, number>): boolean =>
    Object.entries(demand).every(
      ([k, d]) => d === 0 || (loads[at]!.get(k) ?? 0) + d <= free[at]!(k) + 1e-9 * capacity[at]!(k),
    );
  const load = (at: number, demand: Record<string, number>, sign: number) => {
    for (const [k, d] of Object.entries(demand)) loads[at]!.set(k, (loads[at]!.get(k) ?? 0) + sign * d);
  };
  const ruled = Object.keys(window.groups).length > 0 || window.maxMoves !== undefined;
  const planOf = (rows: number[][]) =>
    rows.flatMap((row, i) =>
      row.flatMap((many, at) => (many > 0 ? [{ task: window.tasks[i]!.id, node: copies[at]!.id, copies: many }] : [])),
    );
  // copies of one entry go to pairs in ascending order, so that no assignment is tried twice
  const place = (i: number, left: number, from: number, cost: number): void => {
    if (worse(cost)) return;
    if (i === window.tasks.length) {
      const opened = copies.reduce(
        (sum, { entry }, at) => (held.some((row) => row[at]! > 0) ? sum + opening(entry) : sum),
        0,
      );
      if (opened > 0 && worse(cost + opened)) return;
      if (ruled && verify(allowed, planOf(held)).breaches.length > 0) return;
      best = { unplaced: [...unplaced], cost: cost + opened };
      return;
    }
    if (left === 0) {
      place(i + 1, window.tasks[i + 1]?.count ?? 0, 0, cost);
      return;
    }
    for (let p = from; p < pairs[i]!.length; p++) {
      const pair = pairs[i]![p]!;
      if (!fits(pair.at, pair.demand)) continue;
      load(pair.at, pair.demand, 1);
      held[i]![pair.at]!++;
      place(i, left - 1, p, cost + pair.cost);
      held[i]![pair.at]!--;
      load(pair.at, pair.demand, -1);
    }
    unplaced[tierAt[i]!]! += left;
    place(i + 1, window.tasks[i + 1]?.count ?? 0, 0, cost);
    unplaced[tierAt[i]!]! -= left;
  };
  place(0, window.tasks[0]?.count ?? 0, 0, 0);
  return { tiers, ...best! };
}
