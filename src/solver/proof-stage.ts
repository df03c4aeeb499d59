import { sameUnplaced } from '../model/assignment.ts';
import { type Components, costsOf } from '../model/components.ts';
import { type Instance, totalCopies, unfoldedPairs } from '../model/instance.ts';
import { assistProof, coolingBudget, nearEnough, staleness } from './assist-stage.ts';
import type { Budget } from './budget.ts';
import { closed, isSmall } from './closed.ts';
import { boardFor, follow, numbersOf } from './follow.ts';
import { Handover, handoverMemory } from './proof/handover.ts';
import { search, searchAbreast } from './search-stage.ts';
import type { SolveState } from './state.ts';

/** Largest windows for which it beats the integer programs of engines, by measurement: pairs, and copies for each node. */
const MOST_PAIRS = 150_000;
const MOST_PER_NODE = 45;
/** Copies for each node where some stay unplaced: which ones is one more knapsack, that no bin's sets tell anything of. */
const MOST_PER_FULL_NODE = 20;

/** Milliseconds for each pair, and for each component, that it takes to be of any use. */
const MS_PER_PAIR = 0.015;
const MS_PER_COMPONENT = 3;
/**
 * It is given up where its bound has not risen, by so much of the prices', in so much of the time. It rises at once or not
 * at all: with many small tasks for each of many alike nodes, sets of tasks prove no more than fractions. Up to so many
 * pairs an engine takes over, which finds what meets such a bound sooner than a search; beyond, a second search.
 */
const ENGINE_PAIRS = 12_000;
const PATIENCE = 0.1;
const LEAST_RISE = 1e-5;

/**
 * What to do about a window's cost: branch and bound of our own, two searches where its bound would not rise in the time
 * there is, or an engine. `full`: copies stay unplaced. `pairs` are those of the whole, or of the largest component if they are proven apart.
 */
function wayFor(instance: Instance, pairs: number, full: boolean, budget: Budget): 'prove' | 'search' | 'engine' {
  if (pairs > MOST_PAIRS) return 'search';
  const most = full ? MOST_PER_FULL_NODE : MOST_PER_NODE;
  if (isSmall(instance) || totalCopies(instance) > most * instance.nodes.copies) return 'engine';
  return budget.remainingMs() >= MS_PER_PAIR * pairs ? 'prove' : 'search';
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
 * Proves the least cost by branch and bound in a thread of its own, beside the search, each told what the other has found;
 * once the search has cooled down and has little left to find, its thread assists the proof. In turn when steps are
 * counted. Where the proof would come to nothing both threads search. Returns whether an integer program would be of no use.
 */
export async function proveCost(state: SolveState): Promise<boolean> {
  const { instance, engines, incumbents, budget } = state;
  const { window } = instance;
  if (!engines.prove || window.engine !== 'auto') return false;
  const components = apart(state);
  const pairs = components ? mostPairs(instance, components) : unfoldedPairs(instance);
  const full = state.heldCopies().some((copies) => copies > 0);
  const way = wayFor(instance, pairs, full, budget);
  if (way === 'engine') return false;
  if (way === 'search') {
    await searchAbreast(state, budget, () => closed(state));
    return true;
  }
  const { assignment: start, score } = incumbents.best;
  const { unplaced } = score;
  const ceiling = new Float64Array(new SharedArrayBuffer(8 * (components?.count ?? 1)));
  const enough = (): boolean => {
    const { score, assignment } = incumbents.best;
    if (sameUnplaced(score, { unplaced }))
      ceiling.set(components ? costsOf(instance, components, assignment) : [score.cost]);
    return closed(state);
  };
  if (enough()) return true;
  const board = boardFor(instance);
  const handover = components || window.work !== null || !engines.assist ? null : handoverMemory(instance.tasks);
  const floor = state.costBound();
  const patient = (1 - PATIENCE) * budget.remainingMs();
  const rises = () => state.costBound() > floor * (1 + LEAST_RISE);
  const hopeless = () => budget.remainingMs() < patient && !rises() && !closed(state);
  const over = () => enough() || hopeless();
  const proving = () =>
    follow(state, { method: 'branch-and-bound', unplaced, board }, budget, over, (channel, signal) =>
      engines.prove!(
        {
          instance: numbersOf(instance),
          start,
          prices: state.bestPrices().prices,
          steps: budget.steps,
          components,
          ceiling,
          handover,
          ...channel,
        },
        signal,
      ),
    );
  if (window.work !== null) {
    await search(state, budget, enough);
    await proving();
  } else {
    const nothingToFind = staleness(state);
    const first = coolingBudget(state);
    const mayAssist = () => handover !== null && Handover.begun(handover) && state.tiersProven && rises();
    let free = false; // the search's thread, for the proof
    let done = false;
    const searched = () => {
      free ||= mayAssist() && nothingToFind();
      return free || done || enough();
    };
    const afterwards = async (again: () => Promise<void>) => {
      if (first) free ||= mayAssist() && nearEnough(state);
      if (first && !searched()) await again();
      if (free && !done) await assistProof(state, { start, ceiling, handover: handover! }, () => done || over());
    };
    const givenUp = proving().then(() => {
      done = !hopeless() || pairs <= ENGINE_PAIRS;
      return !done;
    });
    await searchAbreast(state, budget, searched, {
      others: [board],
      free: givenUp,
      first: first ?? budget,
      afterwards,
    });
    await givenUp;
  }
  return pairs > ENGINE_PAIRS || !hopeless();
}
