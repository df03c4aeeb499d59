import { HEURISTICS } from '../../dist/heuristics/heuristics.js';
import { type Assignment, compareScores, scoreOf } from '../../dist/model/assignment.js';
import type { Instance } from '../../dist/model/instance.js';
import { ofSteps } from '../../dist/solver/budget.js';
import { descend } from '../../dist/solver/search/descent.js';

/** The best that heuristics and descent find. */
export function startOf(instance: Instance): Assignment {
  const found = [...HEURISTICS.values()].map((heuristic) =>
    descend(instance, heuristic.place(instance)!.assignment, ofSteps(50)),
  );
  return found.reduce((a, b) => (compareScores(scoreOf(instance, b), scoreOf(instance, a)) < 0 ? b : a));
}
