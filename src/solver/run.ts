import type { Instance } from '../model/instance.ts';
import { namedPart, type Part } from '../model/part.ts';
import { foldedPart } from '../model/task-classes.ts';
import { restricted } from '../model/unfold.ts';
import { allBut } from './budget.ts';
import { runFirstHeuristic, runHeuristics } from './greedy-stage.ts';
import { improve, linear } from './improve.ts';
import { join } from './join.ts';
import { type Progress, SolveState } from './state.ts';

/** Solves the instance of a state: greedy incumbents, then all that improves them or proves something of them. */
export async function run(state: SolveState, onProgress?: (progress: Progress) => void): Promise<void> {
  await state.timed('heuristics', () => (linear(state) ? runFirstHeuristic(state) : runHeuristics(state)));
  const folded = foldedPart(state.instance);
  await (folded ? solveFolded(state, folded, onProgress) : improve(state));
}

/** Improves an instance whose equal entries are one task each. */
async function solveFolded(whole: SolveState, part: Part, onProgress?: (progress: Progress) => void): Promise<void> {
  const { instance, engines, signal, incumbents, homeless } = whole;
  const outside = homeless.reduce((sum, copies) => sum + copies, 0);
  const report = (progress: Progress) => onProgress?.({ ...progress, unplaced: outside + progress.unplaced });
  const budget = allBut(whole.budget, joinMs(instance));
  const state = new SolveState(namedPart(instance, part), budget, engines, signal, onProgress && report);
  for (const { assignment, method } of incumbents.ranked)
    state.incumbents.offer(restricted(instance, [part], assignment)[0]!, method);
  whole.folded = { part, state };
  await improve(state);
  join(whole, part, state);
  whole.folded = null;
}

/** Milliseconds that unfolding an assignment and pricing all pairs once more are likely to take. */
const joinMs = ({ tasks, pairs }: Instance): number => 0.5 + 0.002 * tasks + 1e-5 * pairs.node.length;
