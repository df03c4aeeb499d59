import { sameUnplaced } from '../model/assignment.ts';
import { type Instance, totalCopies, unfoldedPairs } from '../model/instance.ts';
import type { Budget } from './budget.ts';
import { closed, isSmall } from './closed.ts';
import { boardFor, follow, numbersOf } from './follow.ts';
import { search } from './search-stage.ts';
import type { SolveState } from './state.ts';

/** Largest windows for which it beats the integer programs of engines, by measurement: pairs, and copies for each node. */
const MOST_PAIRS = 150_000;
const MOST_PER_NODE = 45;

/** Milliseconds for each pair that it takes to be of any use. */
const MS_PER_PAIR = 0.015;

/** Whether branch and bound of our own is the way to prove a window's cost. */
function provable(instance: Instance, budget: Budget): boolean {
  const pairs = unfoldedPairs(instance);
  return (
    !isSmall(instance) &&
    pairs <= MOST_PAIRS &&
    totalCopies(instance) <= MOST_PER_NODE * instance.nodes.copies &&
    budget.remainingMs() >= MS_PER_PAIR * pairs
  );
}

/**
 * Proves the least cost by branch and bound in a thread of its own, beside the search, each told what the other has
 * found; in turn when steps are counted. Returns whether the window is one for that: an integer program is of no use then.
 */
export async function proveCost(state: SolveState): Promise<boolean> {
  const { instance, engines, incumbents, budget } = state;
  const { window } = instance;
  if (!engines.prove || window.engine !== 'auto' || !provable(instance, budget)) return false;
  const { unplaced } = incumbents.best.score;
  const ceiling = new Float64Array(new SharedArrayBuffer(8));
  const enough = (): boolean => {
    if (sameUnplaced(incumbents.best.score, { unplaced })) ceiling[0] = incumbents.best.score.cost;
    return closed(state);
  };
  if (enough()) return true;
  const board = boardFor(instance);
  const proving = () =>
    follow(state, { method: 'branch-and-bound', unplaced, board }, budget, enough, (channel, signal) =>
      engines.prove!(
        {
          instance: numbersOf(instance),
          start: incumbents.best.assignment,
          prices: state.bestPrices().prices,
          steps: budget.steps,
          ceiling,
          ...channel,
        },
        signal,
      ),
    );
  if (window.work !== null) {
    await search(state, budget, enough);
    await proving();
  } else {
    let done = false;
    const both = proving().then(() => {
      done = true;
    });
    await search(state, budget, () => done || enough(), [board]);
    await both;
  }
  return true;
}
