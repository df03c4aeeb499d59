import { sameUnplaced } from '../model/assignment.ts';
import { lagrangianBound } from './bound/lagrangian.ts';
import { shareOf } from './budget.ts';
import { closed } from './closed.ts';
import { boardFor, follow, numbersOf } from './follow.ts';
import { repeats } from './patterns/patterns.ts';
import { search } from './search-stage.ts';
import type { SolveState } from './state.ts';

/** Share of the time that prices for the copies held may take. */
const PRICING = 0.05;

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
  const prices = pricesAt(state, held);
  const board = boardFor(instance);
  const filling = () =>
    follow(state, { method: 'search', unplaced, board }, budget, enough, (channel, signal) =>
      engines.patterns!(
        {
          instance: numbersOf(instance),
          start: incumbents.best.assignment,
          prices,
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

/** Capacity prices for so many copies left out (tiers): where the incumbent leaves out others, capacity is worth something else. */
function pricesAt(state: SolveState, held: Float64Array): Float64Array {
  const { instance, budget } = state;
  const start = state.bestPrices().prices;
  if (sameUnplaced({ unplaced: state.heldCopies() }, { unplaced: held })) return start;
  const dual = { cost: instance.pairs.cost, fixed: held, priced: held };
  const { prices } = lagrangianBound(instance, dual, start, Number.POSITIVE_INFINITY, shareOf(budget, PRICING));
  state.prices.push(prices);
  return prices;
}
