import type { Heuristic } from '../heuristics/heuristic.ts';
import { HEURISTICS } from '../heuristics/heuristics.ts';
import { compareScores } from '../model/assignment.ts';
import { type Instance, totalCopies } from '../model/instance.ts';
import { type Budget, shareOf } from './budget.ts';
import type { SolveState } from './state.ts';

/** The rule that follows capacity prices. Without any it is still the best of the quick ones, so it goes first. */
const PRICED = HEURISTICS.get('price-greedy')!;

/** Rules that most often come next: in cost where the first places everything; in copies placed where it does not. */
const NEXT_IN_COST = ['fastest-node'];
const NEXT_IN_COPIES = ['shortest-job-first', 'nomad-binpack', 'fastest-node'];
/** The same where tasks have many copies: filling one node after the other is what leaves some of them out. */
const NEXT_IN_MANY_COPIES = ['worst-fit', 'random'];

/** Share of the time that the rules may take together unless all of them are to be compared; and while copies are left out. */
const RULES_SHARE = 0.15;
const STRANDED_SHARE = 0.6;
/** The second where there are side rules, which the rules of greedy placing take long to look at and the search knows better. */
const RULED_SHARE = 0.25;
/** Share of the time left that the first run of the rule that follows prices may have taken for a second to follow. */
const PRICED_SHARE = 0.1;
/** Milliseconds after which other rules, which are seldom cheaper where nodes cost nothing to open, are not looked at any more where one has placed everything. */
const RULES_MS = 200;

/** Runs the first heuristic, as yet without prices. It is never cut short: after it there is an answer. */
export const runFirstHeuristic = (state: SolveState): void => runHeuristic(state, PRICED, null);

/** Runs every heuristic. */
export function runHeuristics(state: SolveState): void {
  const { budget, incumbents, homeless, instance } = state;
  const began = performance.now();
  const { compare } = instance.window;
  const most =
    compare || instance.opening || !Number.isFinite(budget.remainingMs()) ? Number.POSITIVE_INFINITY : RULES_MS;
  const whole = compare ? budget : shareOf(budget, instance.rules ? RULED_SHARE : STRANDED_SHARE);
  const usual = compare ? budget : shareOf(budget, RULES_SHARE);
  runFirstHeuristic(state);
  const stranded = () => incumbents.best.score.unplaced.some((copies, t) => copies > homeless[t]!);
  const enough = () => whole.expired() || (!stranded() && (usual.expired() || performance.now() - began > most));
  for (const heuristic of others(state.instance, stranded())) {
    if (enough()) return;
    runHeuristic(state, heuristic, stranded() ? whole : usual);
  }
}

/** The other rules, those first that are most likely to be better than the first, which left copies out or did not. */
function others(instance: Instance, stranded: boolean): Heuristic[] {
  const many = totalCopies(instance) > 2 * instance.tasks;
  const next = !stranded ? NEXT_IN_COST : many ? NEXT_IN_MANY_COPIES : NEXT_IN_COPIES;
  const first = next.map((name) => HEURISTICS.get(name)!);
  return [...first, ...[...HEURISTICS.values()].filter((rule) => rule !== PRICED && !first.includes(rule))];
}

/** Runs the rule that follows prices, then the others, while this thread waits for other threads, until `enough` says so or the budget ends. */
export async function runOtherHeuristics(state: SolveState, budget: Budget, enough: () => boolean): Promise<void> {
  const rules = [PRICED, ...[...HEURISTICS.values()].filter((heuristic) => heuristic !== PRICED)];
  for (const heuristic of rules) {
    await new Promise((resolve) => setImmediate(resolve));
    if (budget.expired() || enough()) return;
    runHeuristic(state, heuristic, budget, heuristic === PRICED ? state.prices.at(-1) : undefined);
  }
}

/** Runs the rule that follows prices again, with the newest; not where side rules made it so slow that the search has more use for the time. */
export function runPricedHeuristic(state: SolveState): void {
  const took = state.instance.rules ? (state.heuristics.get(PRICED.name)?.ms ?? 0) : 0;
  if (!state.spent && took <= PRICED_SHARE * state.budget.remainingMs())
    runHeuristic(state, PRICED, state.budget, state.prices.at(-1));
}

function runHeuristic(state: SolveState, heuristic: Heuristic, budget: Budget | null, prices?: Float64Array): void {
  const started = performance.now();
  const placed = heuristic.place(state.instance, {
    seed: state.instance.window.seed,
    ...(prices ? { prices } : {}),
    ...(budget ? { expired: budget.expired } : {}),
  });
  if (!placed) return;
  const score = state.incumbents.offer(placed.assignment, `heuristic:${heuristic.name}`);
  const before = state.heuristics.get(heuristic.name);
  const ms = performance.now() - started + (before?.ms ?? 0);
  const better = before && compareScores(before.score, score) < 0 ? before.score : score;
  state.heuristics.set(heuristic.name, { name: heuristic.name, score: better, ms });
}
