import type { PlacesBoard } from './board.ts';
import { type Budget, shareOf } from './budget.ts';
import { closed, isSmall } from './closed.ts';
import { type StageResult, solveInteger } from './engine-stage.ts';
import type { EngineName } from './engines/engine.ts';
import { boardFor, follow, numbersOf } from './follow.ts';
import type { Stage } from './formulation.ts';
import { searchable } from './search/descent.ts';
import type { SearchJob } from './search/search.ts';
import type { SolveState } from './state.ts';

/** Share of the time that GLPK has for a small program before HiGHS and the search are called in. */
const SMALL_SHARE = 0.25;
/** What the second of two searches adds to the seed. */
const OTHER_SEED = 0x9e3779b9;

/**
 * Solves the integer program of a stage beside the search, which goes on until the program is solved to optimality, the
 * cost is proven or the budget spent; in turn when steps are counted. Small programs are GLPK's alone at first, which
 * mostly needs milliseconds; where it does not finish and no engine was named, HiGHS takes over.
 */
export async function solveBesideSearch(state: SolveState, stage: Stage, budget: Budget): Promise<StageResult | null> {
  const { window } = state.instance;
  const enough = () => stage.tier === null && closed(state);
  let engine: EngineName | undefined;
  if (isSmall(state.instance)) {
    const named = window.engine !== 'auto';
    const first = await solveInteger(state, stage, named ? budget : shareOf(budget, SMALL_SHARE));
    if (first?.assignment) state.incumbents.offer(first.assignment, `ilp:${first.engine}`);
    if (named || isDone(first)) return first;
    engine = 'highs';
  }
  if (window.work !== null) {
    await search(state, budget, enough);
    return solveInteger(state, stage, budget, engine);
  }
  let solved = false;
  const solving = solveInteger(state, stage, budget, engine).then((result) => {
    solved = isDone(result);
    return result;
  });
  await search(state, budget, () => solved || enough());
  return solving;
}

const isDone = (result: StageResult | null): boolean =>
  result?.outcome.truth === 'optimal' || result?.outcome.truth === 'infeasible';

/**
 * Improves the best assignment in a thread of its own until the budget is spent or `enough` says so; takes up what others
 * post to their boards.
 */
export async function search(
  state: SolveState,
  budget: Budget,
  enough: () => boolean,
  others: readonly PlacesBoard[] = [],
): Promise<void> {
  const { engines, instance } = state;
  const { seed } = instance.window;
  if (engines.search) await searchOn(engines.search.bind(engines), state, budget, enough, { seed, others });
}

/** What goes on beside and after a search. */
export interface Beside {
  readonly others?: readonly PlacesBoard[]; // where more is found
  readonly free?: Promise<boolean>; // whether an engine's thread is free for a second search; default: at once
  /** What the first search may spend; default: the whole budget. */
  readonly first?: Budget;
  /** What follows the first search on its thread; `again` is another such search, with what then remains of the budget. */
  readonly afterwards?: (again: () => Promise<void>) => Promise<void>;
}

/**
 * Two searches, the second on an engine's thread once that is `free` for it: where no engine gets anywhere. Each takes up
 * what the other and `others` find; `afterwards` follows the first. Only the first when steps are counted.
 */
export async function searchAbreast(
  state: SolveState,
  budget: Budget,
  enough: () => boolean,
  { others = [], free = Promise.resolve(true), first: firstBudget = budget, afterwards }: Beside = {},
): Promise<void> {
  const { engines, instance } = state;
  const { seed, work } = instance.window;
  if (!engines.search || !engines.searchBeside || work !== null) {
    const again = () => search(state, budget, enough, others);
    await search(state, firstBudget, enough, others);
    return afterwards?.(again);
  }
  const [board, beside, later] = [boardFor(instance), boardFor(instance), boardFor(instance)];
  const first = { seed, board, others: [...others, beside] };
  const second = { seed: seed + OTHER_SEED, board: beside, others: [board, later] };
  const searches = engines.search.bind(engines);
  const besides = engines.searchBeside.bind(engines);
  const again = () => searchOn(searches, state, budget, enough, { ...first, board: later });
  await Promise.all([
    searchOn(searches, state, firstBudget, enough, first).then(() => afterwards?.(again)),
    free.then((is) => (is ? searchOn(besides, state, budget, enough, second) : undefined)),
  ]);
}

interface Searcher {
  readonly seed: number;
  readonly board?: PlacesBoard; // its own
  readonly others: readonly PlacesBoard[];
}

async function searchOn(
  run: (job: SearchJob, signal: AbortSignal) => Promise<void>,
  state: SolveState,
  budget: Budget,
  enough: () => boolean,
  { seed, board = boardFor(state.instance), others }: Searcher,
): Promise<void> {
  const { instance, incumbents } = state;
  if (!searchable(instance)) return;
  const followed = { method: 'search', unplaced: incumbents.best.score.unplaced, board };
  await follow(state, followed, budget, enough, (channel, signal) =>
    run(
      {
        instance: numbersOf(instance),
        start: incumbents.best.assignment,
        prices: state.bestPrices().prices,
        settled: state.tiersProven,
        seed,
        strides: budget.steps,
        others,
        ...channel,
      },
      signal,
    ),
  );
}
