import { dustOf } from '../model/assignment.ts';
import { buildInstance, type Instance, nodeName } from '../model/instance.ts';
import { type Loads, roomFor } from '../model/loads.ts';
import { pairings } from '../model/pairing.ts';
import type { QuoteRequest } from '../model/quote-body.ts';
import { type Reason, Reasons, roomReasons } from '../model/reasons.ts';
import { nodeCopies } from '../model/rules.ts';
import { type Barrier, sideStateOf } from '../model/side-state.ts';

/** What placing a task would add, and where; nothing is placed. */
export interface Quote {
  readonly task: string;
  /** Nodes with room for it beside the plan, cheapest first. */
  readonly nodes: readonly QuotedNode[];
  /** Why it does not fit on the other nodes. */
  readonly reasons: readonly Reason[];
}

export interface QuotedNode {
  readonly node: string;
  readonly cost: number; // what the first copy adds to the objective, `opening` included
  readonly opening: number; // of that, what opening the node adds: 0 where it holds something or stays on
  readonly time: number; // seconds of one copy
  readonly copies: number; // of the task that find room here: the others add cost − opening each
}

/**
 * What placing the last task of a window beside a plan of the others would add, by node: capacity, pair and group rules
 * and the limit of moves are kept; the plan is as it is, even where it breaks a rule. Of a gang a node is quoted only where
 * it is complete with the copies placed there.
 */
export function quote({ window, plan }: QuoteRequest): Quote {
  const instance = buildInstance(window);
  const { pairs, nodes, opening, divisible, count } = instance;
  const i = instance.tasks - 1;
  const lines = linesOf({ window, plan });
  const loads = loadsOfLines(instance, lines);
  const sides = sideStateOf(instance, lines);
  const holds = new Uint8Array(nodes.copies);
  for (const { copy } of lines) holds[copy] = 1;
  const least = divisible ? dustOf(instance, i) : 1;
  const quoted: { line: QuotedNode; copy: number }[] = [];
  const refused = new Map<string, Reason>();
  for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
    const q = pairs.node[p]!;
    for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]!; at++) {
      const copy = nodes.member[at]!;
      const fitting = roomFor(instance, loads, p, copy);
      const room = Math.min(count[i]!, fitting, sides?.room(i, copy) ?? fitting);
      const copies = divisible ? room : Math.floor(room);
      const barriers = sides?.barriers(i, copy, Math.max(copies, least)) ?? [];
      for (const barrier of barriers) countIn(refused, instance, barrier, copy);
      if (copies < least || barriers.length > 0) continue;
      const opened = holds[copy] === 1 || !opening ? 0 : opening[q]!;
      const cost = pairs.cost[p]! + opened;
      const line = { node: nodeName(instance, copy), cost, opening: opened, time: pairs.time[p]!, copies };
      quoted.push({ line, copy });
    }
  }
  quoted.sort((a, b) => a.line.cost - b.line.cost || a.copy - b.copy);
  return {
    task: window.tasks[i]!.id,
    nodes: quoted.map(({ line }) => line),
    reasons: [...roomReasons(instance, loads, i), ...refused.values(), ...new Reasons(instance).ofRules(i)],
  };
}

/** Counts a node copy among those that a side rule keeps the task off. */
function countIn(
  refused: Map<string, Reason>,
  instance: Instance,
  { code, label, other }: Barrier,
  copy: number,
): void {
  const group = other === undefined ? undefined : instance.rules!.groups[other]!.name;
  const key = `${code} ${label ?? group}`;
  const known = refused.get(key) ?? {
    code,
    ...(label === undefined ? {} : { label }),
    ...(group === undefined ? {} : { group }),
    nodes: 0,
    example: { node: nodeName(instance, copy) },
  };
  refused.set(key, { ...known, nodes: known.nodes + 1 });
}

/** A line of the plan in numbers. */
interface Line {
  readonly task: number;
  readonly copy: number;
  readonly amount: number; // copies
  readonly demand: Record<string, number>; // of one copy there
}

/** The plan, on nodes that its tasks may not run on, too. */
function linesOf({ window, plan }: QuoteRequest): Line[] {
  const copyOf = nodeCopies(window);
  const taskAt = new Map(window.tasks.map(({ id }, at) => [id, at]));
  const pairing = pairings(window, (name) => copyOf.has(name));
  return plan.map(({ task, node, copies }) => {
    const place = copyOf.get(node)!;
    const i = taskAt.get(task)!;
    return { task: i, copy: place.index, amount: copies, demand: pairing(i, place).demand };
  });
}

function loadsOfLines({ nodes, resources, width }: Instance, lines: readonly Line[]): Loads {
  const loads = new Float64Array(nodes.copies * width);
  for (const { copy, amount, demand } of lines)
    resources.forEach((k, at) => {
      loads[copy * width + at]! += amount * (demand[k] ?? 0);
    });
  return loads;
}
