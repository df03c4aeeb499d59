import type { Answer } from '../model/answer.ts';
import type { Assignment, Placement } from '../model/assignment.ts';
import { type Instance, nodeName, totalCopies } from '../model/instance.ts';
import type { Loads } from '../model/loads.ts';
import { type MovePlan, planMoves } from '../model/moves.ts';
import { type Reason, Reasons } from '../model/reasons.ts';
import { replay } from '../model/replay.ts';
import { type PlanLine, type Verdict, verify } from '../model/verifier.ts';
import type { Window } from '../model/window.ts';
import { Beside } from './explain/beside.ts';
import { reasonsBeside } from './explain/reasons-beside.ts';

/** An assignment in names, tasks and nodes in the order of the window. */
export function planOf(instance: Instance, { placements }: Assignment): PlanLine[] {
  const nameOf = nodeNames(instance);
  return inOrder(placements).map(({ task, copy, amount }) => ({
    task: instance.window.tasks[task]!.id,
    node: nameOf(copy),
    copies: amount,
  }));
}

const inOrder = (placements: readonly Placement[]): Placement[] =>
  [...placements].sort((a, b) => a.task - b.task || a.copy - b.copy);

/** Names of node copies, each made once. */
function nodeNames(instance: Instance): (copy: number) => string {
  const names: string[] = [];
  return (copy) => {
    names[copy] ??= nodeName(instance, copy);
    return names[copy];
  };
}

/** The verifier's word on a plan; null when it breaks a rule. Unplaced copies are no breach here: `forbid` is judged by the answer. */
export function verifyPlan(window: Window, plan: readonly PlanLine[]): Verdict | null {
  const verdict = verify(window, plan);
  return verdict.breaches.every(({ code }) => code === 'unplaced') ? verdict : null;
}

/** The answer's `assignments`. */
export function assignmentLines(instance: Instance, { placements }: Assignment): Answer['assignments'] {
  const { pairs, window } = instance;
  const nameOf = nodeNames(instance);
  return inOrder(placements).map(({ task, pair, copy, amount }) => ({
    task: window.tasks[task]!.id,
    node: nameOf(copy),
    copies: amount,
    time: pairs.time[pair]!,
    cost: pairs.cost[pair]! * amount,
  }));
}

/** The answer's `moves` and what goes with them. Made once more by the window alone before they are called an order. */
export function moveLines({ window }: Instance, lines: readonly PlanLine[]): MovePlan {
  const plan = planMoves(window, lines);
  const fault = plan.movesOrdered ? replay(window, lines, plan.moves) : null;
  if (fault === null) return plan;
  console.error(`placewright: an order of moves failed verification; please report this: ${fault}`);
  return { ...plan, movesOrdered: false };
}

/** The answer's `unplaced`, each with the reasons that hold beside this assignment and those that rules give. */
export function unplacedLines(instance: Instance, assignment: Assignment, loads: Loads): Answer['unplaced'] {
  const { tasks, times } = instance.window;
  const rules = new Reasons(instance);
  const known = new Map<string, Reason[]>(); // tasks that no reason tells apart share theirs
  let beside: Beside | null = null;
  return Array.from(assignment.unplaced.entries())
    .filter(([, copies]) => copies > 0)
    .map(([i, copies]) => {
      beside ??= new Beside(instance, assignment, loads);
      const { id, demand, on, requires, tolerates, pinned, current, group } = tasks[i]!;
      const own = on || times || instance.divisible ? i : -1;
      const key = JSON.stringify([own, demand, requires, tolerates, pinned, current, group, instance.tier[i]]);
      const reasons = known.get(key) ?? [...reasonsBeside(beside, i), ...rules.ofRules(i)];
      known.set(key, reasons);
      return { task: id, copies, reasons };
    });
}

const share = (used: number, capacity: number): number =>
  capacity > 0 ? Math.round((1000 * used) / capacity) / 1000 : 0;

/** The answer's `nodes`: those that hold something of this window, with what others use included. */
export function nodeLines(instance: Instance, { placements }: Assignment, loads: Loads): Answer['nodes'] {
  const { nodes, window, resources, width } = instance;
  const holds = new Uint8Array(nodes.copies);
  for (const { copy } of placements) holds[copy] = 1;
  const lines: Answer['nodes'] = [];
  for (let copy = 0; copy < nodes.copies; copy++) {
    if (holds[copy] === 0) continue;
    const entry = window.nodes[nodes.entryOf[copy]!]!;
    const line = {
      node: nodeName(instance, copy),
      used: {} as Record<string, number>,
      free: {} as Record<string, number>,
      utilization: {} as Record<string, number>,
    };
    for (const [k, capacity] of Object.entries(entry.capacity)) {
      const at = resources.indexOf(k);
      const used = (entry.used[k] ?? 0) + (at < 0 ? 0 : loads[copy * width + at]!);
      line.used[k] = used;
      line.free[k] = Math.max(0, capacity - used);
      line.utilization[k] = share(used, capacity);
    }
    lines.push(line);
  }
  return lines;
}

/** The answer's `summary`; `moves` counts running copies placed on another node of the window. */
export function summaryOf(instance: Instance, { placements, unplaced }: Assignment, moves: number): Answer['summary'] {
  const { window, resources, width } = instance;
  const total = new Float64Array(width);
  for (const { pair, amount } of placements) {
    for (let k = 0; k < width; k++) total[k]! += amount * instance.pairs.demand[instance.pairs.row[pair]! * width + k]!;
  }
  const copies = totalCopies(instance);
  const left = unplaced.reduce((sum, many) => sum + many, 0);
  const capacityOf = (k: string) => window.nodes.reduce((sum, node) => sum + node.count * (node.capacity[k] ?? 0), 0);
  const usedOf = (k: string) => window.nodes.reduce((sum, node) => sum + node.count * (node.used[k] ?? 0), 0);
  return {
    tasks: instance.tasks,
    copies,
    placed: copies - left,
    unplaced: left,
    nodesUsed: new Set(placements.map(({ copy }) => copy)).size,
    moves,
    utilization: Object.fromEntries(resources.map((k, at) => [k, share(usedOf(k) + total[at]!, capacityOf(k))])),
  };
}
