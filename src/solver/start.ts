import { assignmentOf, type Placement } from '../model/assignment.ts';
import { type Certificate, pricesIn } from '../model/certificate.ts';
import { pairAt } from '../model/instance.ts';
import { isFeasible } from '../model/loads.ts';
import { nodeCopies } from '../model/rules.ts';
import type { PlanLine } from '../model/verifier.ts';
import type { SolveState } from './state.ts';

/** What is known of a window beforehand: a plan and, if need be, prices. An answer to it is one. */
export interface Start {
  readonly assignments: readonly PlanLine[];
  readonly certificate?: Pick<Certificate, 'nodePrices'> | null;
}

/** Takes in the plan as an incumbent, where it breaks no rule of this window, and the prices for what they prove. */
export function offerStart(state: SolveState, { assignments, certificate }: Start): void {
  if (certificate) state.prices.push(pricesIn(state.instance, certificate));
  offerPlan(state, assignments);
}

function offerPlan({ instance, incumbents }: SolveState, plan: readonly PlanLine[]): void {
  const taskAt = new Map(instance.window.tasks.map(({ id }, i) => [id, i]));
  const copies = nodeCopies(instance.window);
  const placements: Placement[] = [];
  for (const { task: id, node, copies: amount } of plan) {
    const task = taskAt.get(id);
    const copy = copies.get(node)?.index;
    const pair = task === undefined || copy === undefined ? -1 : pairAt(instance, task, copy);
    if (pair < 0) return;
    placements.push({ task: task!, pair, copy: copy!, amount });
  }
  const assignment = assignmentOf(instance, placements);
  if (isFeasible(instance, assignment)) incumbents.offer(assignment, 'search');
}
