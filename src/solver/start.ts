import { assignmentOf, type Placement } from '../model/assignment.ts';
import { pairAt } from '../model/instance.ts';
import { isFeasible } from '../model/loads.ts';
import { nodeCopies } from '../model/rules.ts';
import type { PlanLine } from '../model/verifier.ts';
import type { SolveState } from './state.ts';

/** Takes in a plan known beforehand as an incumbent; one that breaks a rule of this window is passed over. */
export function offerStart({ instance, incumbents }: SolveState, plan: readonly PlanLine[]): void {
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
