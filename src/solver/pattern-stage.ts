import { sameUnplaced } from '../model/assignment.ts';
import { closed } from './closed.ts';
import { boardFor, follow, numbersOf } from './follow.ts';
import { repeats } from './patterns/patterns.ts';
import { search } from './search-stage.ts';
import type { SolveState } from './state.ts';

/**
 * Minimises the cost by patterns where tasks and nodes are much alike, local search beside them, with no more copies unplaced
 * than `held` (tiers → copies, those of tasks without pairs left out). Returns whether it came to that.
 */
export async function solveByPatterns(state: SolveState, held: Float64Array): Promise<boolean> {
  const { instance, engines, incumbents, budget, homeless } = state;
  if (!engines.patterns || instance.window.engine !== 'auto' || !repeats(instance) || state.spent) return false;
  state.engine = 'highs'; // solves the master
  const unplaced = held.map((copies, t) => copies + homeless[t]!);
  const enough = () => closed(state);
  const board = boardFor(instance);
  const filling = () =>
    follow(state, { method: 'search', unplaced, board }, budget, enough, (channel, signal) =>
      engines.patterns!(
        {
          instance: numbersOf(instance),
          start: incumbents.best.assignment,
          prices: state.bestPrices().prices,
          held,
          rounds: budget.steps,
          ...channel,
        },
        signal,
      ),
    );
  if (instance.window.work !== null) {
    await filling();
    await search(state, budget, enough);
  } else await Promise.all([filling(), search(state, budget, enough, [board])]);
  return sameUnplaced(incumbents.best.score, { unplaced });
}
