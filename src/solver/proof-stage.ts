import { closed } from './closed.ts';
import { boardFor, follow, numbersOf } from './follow.ts';
import { provable } from './proof/prove.ts';
import { search } from './search-stage.ts';
import type { SolveState } from './state.ts';

/**
 * Proves the least cost by branch and bound in a thread of its own, beside the search, each told what the other has
 * found; in turn when steps are counted. Returns whether the window is one for that: an integer program is of no use then.
 */
export async function proveCost(state: SolveState): Promise<boolean> {
  const { instance, engines, incumbents, budget, homeless } = state;
  const { window } = instance;
  if (!engines.prove || window.engine !== 'auto' || state.heldCopies().some((copies) => copies > 0)) return false;
  if (!provable(instance)) return false;
  const ceiling = new Float64Array(new SharedArrayBuffer(8));
  const enough = (): boolean => {
    ceiling[0] = incumbents.best.score.cost;
    return closed(state);
  };
  if (enough()) return true;
  const board = boardFor(instance);
  const proving = () =>
    follow(state, { method: 'branch-and-bound', unplaced: homeless, board }, budget, enough, (channel, signal) =>
      engines.prove!(
        {
          instance: numbersOf(instance),
          start: incumbents.best.assignment,
          prices: state.bestPrices().prices,
          nodes: budget.steps,
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
