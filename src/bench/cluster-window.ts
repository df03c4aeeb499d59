import type { WindowInput } from '../model/window.ts';
import { draws, round, type Sizing } from './draws.ts';

/** Names of the resources, in the order in which `resources` adds them. */
const RESOURCES = ['cpu', 'memory', 'disk', 'network', 'gpu', 'licences'];
/** Capacity of a node of size 1, by resource. */
const CAPACITY = [16, 64, 1000, 10, 8, 20];

/** Nodes are each an entry of their own unless `folded`. */
export interface Cluster extends Sizing {
  /** Kinds of node, at most `nodes`; as many as nodes make every node different. */
  readonly kinds: number;
  /** 1 to 6, default 2. */
  readonly resources?: number;
  /** Whether times differ by task and node (a `times` matrix, the default) or by task and kind (`on`, which keeps large windows small). */
  readonly noise?: 'node' | 'kind';
  /** Noise by kind, where nodes are not `folded`, written out as a `times` matrix: the same window, in another form. */
  readonly matrix?: boolean;
  /** Of all tasks together, shared out unevenly; default: one each. */
  readonly copies?: number;
  /** Demands are multiples of this part of a size-1 node, say 32 for half a core of 16; default: decimals. */
  readonly lattice?: number;
  /** Share by which capacities differ from node to node, either way; default 0. */
  readonly jitter?: number;
  /** One entry for each kind, which counts its nodes; wants noise by kind and no jitter. */
  readonly folded?: boolean;
  /** Priorities 0 … tiers − 1, in turn; default: all tasks 0. */
  readonly tiers?: number;
}

/**
 * A window like those of the measurements: nodes of `kinds` kinds that differ in size (1 to 2) and speed (0.5 to 2),
 * tasks with work of 10 to 100 seconds and times = work / speed · noise (±30 %), objective "time".
 * Demands are drawn between 0.4 and 1.6 of the mean and scaled until each resource's total is `load` of the capacity
 * (to the digit of rounding), so copies per node = copies / nodes, whatever the load.
 */
export function clusterWindow({
  tasks,
  nodes,
  kinds,
  load,
  seed,
  resources = 2,
  noise = 'node',
  matrix = false,
  copies = tasks,
  lattice = 0,
  jitter = 0,
  folded = false,
  tiers = 1,
}: Cluster): WindowInput {
  const { between } = draws(seed);
  const extra = draws(seed + 0x1_0000_0000); // a stream of its own, so that the options change nothing else
  const names = RESOURCES.slice(0, resources);
  const kindList = Array.from({ length: Math.min(kinds, nodes) }, (_, k) => ({
    id: `kind${k + 1}`,
    size: 1 + Math.round(between(0, 4)) / 4,
    speed: round(between(0.5, 2), 2),
  }));
  const kindOf = Array.from({ length: nodes }, (_, j) => kindList[j % kindList.length]!);
  const differing = () => (jitter > 0 ? 1 + extra.between(-jitter, jitter) : 1);
  const nodeList = kindOf.map((kind, j) => ({
    id: `n${j + 1}`,
    kind: kind.id,
    speed: kind.speed,
    capacity: Object.fromEntries(names.map((name, r) => [name, round(CAPACITY[r]! * kind.size * differing(), 3)])),
  }));

  const counts = sharesOf(copies, tasks, extra.between);
  const drawn = names.map(() => Array.from({ length: tasks }, () => between(0.4, 1.6)));
  const scale = names.map((name, r) => {
    const capacity = nodeList.reduce((sum, node) => sum + node.capacity[name]!, 0);
    return (load * capacity) / drawn[r]!.reduce((sum, share, i) => sum + share * counts[i]!, 0);
  });
  const demand = (i: number, r: number) => {
    const step = CAPACITY[r]! / lattice;
    const exact = drawn[r]![i]! * scale[r]!;
    return lattice > 0 ? step * Math.max(1, Math.round(exact / step)) : round(exact, 3);
  };
  const work = Array.from({ length: tasks }, () => between(10, 100));
  const time = (i: number, speed: number) => round((work[i]! / speed) * between(0.7, 1.3), 3);
  const timesByKind = noise === 'kind' ? work.map((_, i) => kindList.map(({ speed }) => time(i, speed))) : [];
  const taskList = work.map((duration, i) => ({
    id: `t${i + 1}`,
    demand: Object.fromEntries(names.map((name, r) => [name, demand(i, r)])),
    duration: round(duration, 3),
    ...(counts[i]! > 1 && { count: counts[i]! }),
    ...(tiers > 1 && { priority: i % tiers }),
    ...(noise === 'kind' &&
      !matrix && {
        on: Object.fromEntries(kindList.map((kind, k) => [kind.id, { duration: timesByKind[i]![k]! }])),
      }),
  }));
  return {
    name: `cluster ${tasks}x${nodes}, ${kindList.length} kinds, load ${load}, seed ${seed}`,
    objective: 'time',
    tasks: taskList,
    nodes: folded ? foldedByKind(nodeList) : nodeList,
    ...(noise === 'node' && { times: work.map((_, i) => kindOf.map((kind) => time(i, kind.speed))) }),
    ...(noise === 'kind' && matrix && { times: timesByKind.map((row) => kindOf.map((_, j) => row[j % row.length]!)) }),
  };
}

/** `copies` shared out among `tasks`, at least one each, unevenly (1 : 3 at most) where there is more than one each. */
function sharesOf(copies: number, tasks: number, between: (low: number, high: number) => number): number[] {
  if (copies === tasks) return Array.from({ length: tasks }, () => 1);
  const shares = Array.from({ length: tasks }, () => between(0.5, 1.5));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const counts: number[] = [];
  let given = 0;
  let due = 0;
  for (const share of shares) {
    due += (share * copies) / total;
    counts.push(Math.max(1, Math.round(due) - given));
    given += counts.at(-1)!;
  }
  return counts;
}

/** One entry for each kind, with as many nodes as there are of it. */
function foldedByKind<Node extends { kind: string }>(nodes: readonly Node[]) {
  const kinds = [...new Set(nodes.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const members = nodes.filter((node) => node.kind === kind);
    return { ...members[0]!, id: kind, count: members.length };
  });
}
