import { sameUnplaced } from '../model/assignment.ts';
import { shareOf } from './budget.ts';
import { closed } from './closed.ts';
import { follow, numbersOf } from './follow.ts';
import { repeats } from './patterns/patterns.ts';
import { search } from './search-stage.ts';
import type { SolveState } from './state.ts';

/** Share of the time kept for local search from what the patterns came to. */
const SEARCH_SHARE = 0.15;

/**
 * Minimises the cost by patterns where tasks and nodes are much alike, then by local search, with no more copies unplaced
 * than `held` (tiers → copies, those of tasks without pairs left out). Returns whether it came to that.
 */
export async function solveByPatterns(state: SolveState, held: Float64Array): Promise<boolean> {
  const { instance, engines, incumbents, budget, homeless } = state;
  if (!engines.patterns || instance.window.engine !== 'auto' || !repeats(instance) || state.spent) return false;
  state.engine = 'highs'; // solves the master
  const unplaced = held.map((copies, t) => copies + homeless[t]!);
  const enough = () => closed(state);
  await follow(state, { method: 'search', unplaced }, shareOf(budget, 1 - SEARCH_SHARE), enough, (channel, signal) =>
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
  if (!sameUnplaced(incumbents.best.score, { unplaced })) return false;
  await search(state, budget, enough);
  return true;
}
