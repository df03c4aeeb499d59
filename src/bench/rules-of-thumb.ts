import { HEURISTICS } from '../heuristics/heuristics.ts';
import { scoreOf, unplacedCopies } from '../model/assignment.ts';
import { buildInstance } from '../model/instance.ts';
import { planOf } from '../solver/answer-lines.ts';
import { VERSION } from '../version.ts';
import type { Contender } from './contender.ts';

/** Every heuristic by itself: what a scheduler that knows nothing but this rule would do. */
export const rulesOfThumb: Contender = {
  version: VERSION,
  async run({ contender, window, seed }) {
    const started = performance.now();
    const instance = buildInstance(window);
    const { assignment } = HEURISTICS.get(contender)!.place(instance, { seed })!;
    const ms = performance.now() - started;
    const score = scoreOf(instance, assignment);
    return {
      status: 'feasible',
      cost: score.cost,
      bound: null,
      plan: planOf(instance, assignment),
      ms,
      incumbents: [{ ms, cost: score.cost, unplaced: unplacedCopies(score) }],
    };
  },
};
