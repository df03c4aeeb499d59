import { assignmentOf, compareScores, type Score, sameCopies, sameUnplaced } from '../model/assignment.ts';
import type { Part } from '../model/part.ts';
import { pricesFrom, unfolded } from '../model/unfold.ts';
import type { SolveState } from './state.ts';

/** Tells the state of the whole what came of the part that stands for all of it but tasks that may run nowhere. */
export function join(whole: SolveState, part: Part, state: SolveState): void {
  const { instance, homeless } = whole;
  const { assignment, method } = state.incumbents.best;
  const placements = unfolded(instance, part, assignment);
  const score = whole.incumbents.offer(assignmentOf(instance, placements), method);
  whole.prices.push(pricesFrom(part, state.bestPrices().prices, instance));
  const withHomeless = ({ unplaced, cost }: Score): Score => ({
    unplaced: unplaced.map((copies, t) => copies + homeless[t]!),
    cost,
  });
  for (const [t, copies] of state.provenTiers.entries()) {
    if (!sameCopies(copies + homeless[t]!, score.unplaced[t]!)) break;
    whole.provenTiers.push(score.unplaced[t]!);
  }
  whole.someUnplaced ||= state.someUnplaced;
  if (sameUnplaced(score, whole.incumbents.best.score)) whole.proveCost(score.unplaced, state.costBound());
  for (const [engine, message] of state.failures) whole.failures.set(engine, message);
  whole.engine = state.engine;
  for (const stage of ['heuristics', 'bound', 'solve'] as const) whole.timings[stage] += state.timings[stage];
  for (const [name, run] of state.heuristics) {
    const before = whole.heuristics.get(name);
    const after = withHomeless(run.score);
    const better = before && compareScores(before.score, after) <= 0 ? before.score : after;
    whole.heuristics.set(name, { name, score: better, ms: run.ms + (before?.ms ?? 0) });
  }
}
