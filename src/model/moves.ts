import { addTo } from './lists.ts';
import { orderTransfers } from './move-order.ts';
import { mayRun, type Pairing, pairings } from './pairing.ts';
import { demandedResources, FIT, freeOf, type NodeCopy, nodeCopies } from './rules.ts';
import type { PlanLine } from './verifier.ts';
import type { Window } from './window.ts';
import type { Step, Stopover, Transfer } from './yard.ts';

/** Copies that run on one node of the window and go to another. */
export interface Move {
  readonly task: string;
  readonly from: string;
  readonly to: string;
  readonly copies: number;
}

/** Moves that block one another. */
export interface Knot {
  readonly nodes: string[];
  readonly moves: Move[];
  /** Whether it is proven that they have no order; false: none was found in the time that is given to it. */
  readonly proven: boolean;
  /** Moves in order that take their place, some by way of a third node; null: none were found. */
  readonly detour: Move[] | null;
}

/** How to get from what runs now to a plan. */
export interface MovePlan {
  /** Every move; none overfills a node when they are made in this order, those of each knot at once or by its detour. */
  readonly moves: Move[];
  readonly movesOrdered: boolean;
  readonly knots: Knot[];
  /** Nodes that hold running tasks now and nothing in the plan. */
  readonly nodesFreed: string[];
}

/** Slack on capacities: less than checking allows, and no less than placing does. */
const SLACK = 0.995 * FIT;
/** Nodes looked at, and found, where a copy could wait. */
const MOST_LOOKED_AT = 64;
const MOST_STOPOVERS = 8;

/**
 * The moves that lead from what runs now to a plan, in an order that never takes more of a node's capacity than is free
 * there. Running copies that the plan leaves unplaced have been stopped before the first move, new tasks begin after the
 * last. Group rules are not looked at on the way.
 */
export function planMoves(window: Window, plan: readonly PlanLine[]): MovePlan {
  const running = window.tasks.some(({ current }) => current !== undefined);
  if (!running) return { moves: [], movesOrdered: true, knots: [], nodesFreed: [] };
  const nodes = nodeCopies(window);
  const cluster = new Cluster(
    window,
    [...nodes.values()],
    pairings(window, (name) => nodes.has(name)),
  );
  const lines = new Map<string, PlanLine[]>();
  const used = new Set<string>();
  for (const line of plan) {
    addTo(lines, line.task, line);
    used.add(line.node);
  }
  const transfers: Transfer[] = [];
  const held = new Set<NodeCopy>();
  window.tasks.forEach(({ id, current }, i) => {
    const home = current === undefined ? undefined : nodes.get(current);
    if (!home) return;
    held.add(home);
    const placed = lines.get(id) ?? [];
    const gives = cluster.demand(i, home);
    for (const { node, copies } of placed) {
      cluster.take(home, gives, copies);
      if (node === home.id) continue;
      const target = nodes.get(node)!;
      transfers.push({ task: i, from: home.index, to: target.index, copies, gives, takes: cluster.demand(i, target) });
    }
  });
  const nodesFreed = [...held].filter(({ id, entry }) => !used.has(id) && !holdsMore(entry.used)).map(({ id }) => id);
  const { steps, tangles } = orderTransfers(transfers, {
    width: cluster.width,
    divisible: window.mode === 'divisible',
    room: cluster.room,
    stopovers: (transfer) => cluster.stopovers(transfer),
  });
  const named = (steps: readonly Step[]) => cluster.moves(steps);
  return {
    moves: named(steps),
    movesOrdered: tangles.length === 0,
    knots: tangles.map(({ transfers, proven, detour }) => ({
      nodes: cluster.names(new Set(transfers.flatMap(({ from, to }) => [from, to]))),
      moves: named(transfers.map((transfer) => ({ transfer, copies: transfer.copies }))),
      proven,
      detour: detour && named(detour),
    })),
    nodesFreed,
  };
}

const holdsMore = (used: Record<string, number>): boolean => Object.values(used).some((amount) => amount > 0);

/** The nodes of a window with what is free on them. */
class Cluster {
  readonly width: number;
  readonly room: Float64Array; // node copies × resources
  readonly #window: Window;
  readonly #nodes: readonly NodeCopy[];
  readonly #resources: readonly string[];
  readonly #pairing: (i: number, node: NodeCopy) => Pairing;
  #roomiest: readonly NodeCopy[] | null = null;

  constructor(window: Window, nodes: readonly NodeCopy[], pairing: (i: number, node: NodeCopy) => Pairing) {
    this.#window = window;
    this.#nodes = nodes;
    this.#pairing = pairing;
    this.#resources = demandedResources(window);
    this.width = this.#resources.length;
    this.room = Float64Array.from(
      nodes.flatMap(({ entry }) => this.#resources.map((k) => freeOf(entry, k) + SLACK * (entry.capacity[k] ?? 0))),
    );
  }

  demand(i: number, node: NodeCopy): Float64Array {
    const { demand } = this.#pairing(i, node);
    return Float64Array.from(this.#resources, (k) => demand[k] ?? 0);
  }

  take({ index }: NodeCopy, demand: Float64Array, copies: number): void {
    demand.forEach((d, k) => {
      this.room[index * this.width + k]! -= copies * d;
    });
  }

  /** Nodes on which copies of a transfer may run and could wait, those with most free first. */
  *stopovers({ task, from, to }: Transfer): Generator<Stopover> {
    this.#roomiest ??= this.#byRoom();
    let looked = 0;
    let found = 0;
    for (const node of this.#roomiest) {
      if (node.index === from || node.index === to) continue;
      if (++looked > MOST_LOOKED_AT || found === MOST_STOPOVERS) return;
      const { demand } = this.#pairing(task, node);
      if (!mayRun(this.#window, task, node, demand)) continue;
      found++;
      yield { node: node.index, takes: this.demand(task, node) };
    }
  }

  /** Nodes by the share of their capacity that is free, of the resource that is scarcest there. */
  #byRoom(): NodeCopy[] {
    const share = ({ entry, index }: NodeCopy) =>
      Math.min(...this.#resources.map((k, at) => this.room[index * this.width + at]! / (entry.capacity[k] || 1)));
    const shares = new Map(this.#nodes.map((node) => [node, share(node)]));
    return [...this.#nodes].sort((a, b) => shares.get(b)! - shares.get(a)!);
  }

  /** Steps in names, those of the same copies one after the other together. */
  moves(steps: readonly Step[]): Move[] {
    const moves: Move[] = [];
    for (const { transfer, copies } of steps) {
      const { task, from, to } = transfer;
      const move = { task: this.#window.tasks[task]!.id, from: this.#nodes[from]!.id, to: this.#nodes[to]!.id, copies };
      const last = moves.at(-1);
      if (last && last.task === move.task && last.from === move.from && last.to === move.to)
        moves[moves.length - 1] = { ...last, copies: last.copies + copies };
      else moves.push(move);
    }
    return moves;
  }

  names(indexes: Iterable<number>): string[] {
    return [...indexes].sort((a, b) => a - b).map((index) => this.#nodes[index]!.id);
  }
}
