import { addTo } from './lists.ts';
import { stronglyConnected } from './strongly-connected.ts';
import { type Step, type Transfer, Yard, type YardOptions } from './yard.ts';

/** Transfers that block one another: every node of the knot waits for room that another one of it will free. */
export interface Tangle {
  readonly transfers: readonly Transfer[];
  /** Whether it is proven that no order of them exists; false: none was found within the effort. */
  readonly proven: boolean;
  /** Steps by way of a third node that lead through all the same; null: none were found. */
  readonly detour: readonly Step[] | null;
}

/** Steps in order. Those of a tangle stand together: they can only be made at once, or by its detour. */
export interface Order {
  readonly steps: readonly Step[];
  readonly tangles: readonly Tangle[];
}

/** Transfers of a knot that may go by way of a third node. */
const MOST_DETOURS = 3;

/**
 * An order of transfers in which no step takes more than is free at its target, or the knots where there is none.
 * All transfers together must leave room ≥ 0.
 *
 * Making any step that fits is not enough, not even with one resource: let X (10 units) hold a (5, to Y), Y (5 units) hold
 * b (5, to X), and c (5) come to X from elsewhere. If c goes first X is full, and a and b wait for each other; b, a, c
 * works. To decide whether an order exists is NP-hard in the strong sense (Sirdey, Carlier, Kerivin and Nace, "On a
 * resource-constrained scheduling problem with application to distributed systems reconfiguration", EJOR 183, 2007). But
 * two things are always right:
 *
 * 1. A target that has room for *all* that is still to come to it takes it at once. No later step misses that room:
 *    whatever comes there was counted. Elsewhere such steps only free room.
 * 2. Strongly connected components of the transfers are put in order apart, those first from which nothing leads out.
 *    What comes to a component from outside can wait until it is done: nothing inside needs it, and it takes room only
 *    where it comes from, which no earlier component needs. A component without a cycle is settled by rule 1 alone.
 *
 * In what that leaves of a component all orders are searched, see {@link Yard.search}.
 */
export function orderTransfers(transfers: readonly Transfer[], options: YardOptions): Order {
  const yard = new Yard(transfers, options);
  const tangles: Tangle[] = [];
  yard.settle(transfers.map((_, t) => t));
  for (const { inside, leaving } of componentsOf(transfers, yard)) {
    yard.settle([...leaving, ...inside]);
    const open = inside.filter((t) => yard.left[t]! > 0);
    const outcome = yard.search(open);
    if (outcome === 'ordered') continue;
    const tangled = open.map((t) => ({ ...transfers[t]!, copies: yard.left[t]! }));
    tangles.push({ transfers: tangled, proven: outcome === 'none', detour: yard.detour(open, MOST_DETOURS) });
    for (const t of open) yard.make(t, yard.left[t]!);
  }
  return { steps: yard.steps, tangles };
}

/** The transfers left by the strongly connected component they start in, those first from which none leads out. */
function componentsOf(transfers: readonly Transfer[], { left }: Yard): { inside: number[]; leaving: number[] }[] {
  const next = new Map<number, number[]>();
  transfers.forEach(({ from, to }, t) => {
    if (left[t]! > 0) addTo(next, from, to);
  });
  const componentOf = new Map<number, number>();
  const components = stronglyConnected(next).map((nodes, c) => {
    for (const node of nodes) componentOf.set(node, c);
    return { inside: [] as number[], leaving: [] as number[] };
  });
  transfers.forEach(({ from, to }, t) => {
    if (left[t] === 0) return;
    const c = componentOf.get(from)!;
    (componentOf.get(to) === c ? components[c]!.inside : components[c]!.leaving).push(t);
  });
  return components;
}
