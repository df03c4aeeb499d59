import { sameUnplaced } from '../model/assignment.ts';
import { type Components, costsOf } from '../model/components.ts';
import { type Instance, totalCopies, unfoldedPairs } from '../model/instance.ts';
import type { Budget } from './budget.ts';
import { closed, isSmall } from './closed.ts';
import { boardFor, follow, numbersOf } from './follow.ts';
import { search } from './search-stage.ts';
import type { SolveState } from './state.ts';

/** Largest windows for which it beats the integer programs of engines, by measurement: pairs, and copies for each node. */
const MOST_PAIRS = 150_000;
const MOST_PER_NODE = 45;

/** Milliseconds for each pair, and for each component, that it takes to be of any use. */
const MS_PER_PAIR = 0.015;
const MS_PER_COMPONENT = 3;

/** Whether branch and bound of our own is the way to prove a window's cost, in its largest component if they are proven apart. */
function provable(instance: Instance, components: Components | null, budget: Budget): boolean {
  const pairs = components ? mostPairs(instance, components) : unfoldedPairs(instance);
  return (
    !isSmall(instance) &&
    pairs <= MOST_PAIRS &&
    totalCopies(instance) <= MOST_PER_NODE * instance.nodes.copies &&
    budget.remainingMs() >= MS_PER_PAIR * pairs
  );
}

/** The components where each can be proven by itself: it is known how many copies each leaves unplaced, and there is time. */
function apart({ components, tiersProven, budget }: SolveState): Components | null {
  if (!components || !tiersProven) return null;
  return budget.remainingMs() >= MS_PER_COMPONENT * components.count ? components : null;
}

/** Pairs of task and node in the largest component. */
function mostPairs({ pairs, size }: Instance, { count, ofTask }: Components): number {
  const many = new Float64Array(count);
  ofTask.forEach((component, i) => {
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) many[component]! += size[pairs.node[p]!]!;
  });
  return many.reduce((most, pairs) => Math.max(most, pairs), 0);
}

/**
 * Proves the least cost by branch and bound in a thread of its own, beside the search, each told what the other has
 * found; in turn when steps are counted. Returns whether the window is one for that: an integer program is of no use then.
 */
export async function proveCost(state: SolveState): Promise<boolean> {
  const { instance, engines, incumbents, budget } = state;
  const { window } = instance;
  if (!engines.prove || window.engine !== 'auto') return false;
  const components = apart(state);
  if (!provable(instance, components, budget)) return false;
  const { unplaced } = incumbents.best.score;
  const ceiling = new Float64Array(new SharedArrayBuffer(8 * (components?.count ?? 1)));
  const enough = (): boolean => {
    const { score, assignment } = incumbents.best;
    if (sameUnplaced(score, { unplaced }))
      ceiling.set(components ? costsOf(instance, components, assignment) : [score.cost]);
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
          components,
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
