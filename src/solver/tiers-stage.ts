import { sameCopies } from '../model/assignment.ts';
import { dualValue, tierDual } from '../model/dual.ts';
import { isPlain } from '../model/instance.ts';
import { lagrangianBound } from './bound/lagrangian.ts';
import { shareOf } from './budget.ts';
import { solveRelaxation } from './relaxation-stage.ts';
import { solveBesideSearch } from './search-stage.ts';
import type { SolveState } from './state.ts';

/** Share of the time that the integer program of one tier may take at first. */
const TIER_SHARE = 0.4;
/** Of the prices that the relaxation of a tier begins at: passes at most, and share of the time. */
const PRICE_PASSES = 200;
const PRICE_SHARE = 0.1;
/** Slack with which a computed lower limit of whole copies is rounded up. */
const ROUND_UP = 1e-6;

/**
 * Finds and proves the least unplaced copies tier by tier, each with those of the tiers before it held. A tier in which
 * the incumbent leaves out nothing but tasks that may run nowhere needs no engine; where the relaxation's bound meets
 * the incumbent no integer program. Goes on from what is proven already, and stops at the first tier that stays open. Each integer program may take
 * `share` of the time.
 */
export async function proveTiers(state: SolveState, share = TIER_SHARE): Promise<void> {
  const { instance, homeless, provenTiers } = state;
  for (let t = provenTiers.length; t < instance.tiers.length; t++) {
    const unplaced = () => state.incumbents.best.score.unplaced[t]!;
    if (!sameCopies(unplaced(), homeless[t]!)) {
      if (state.spent) return;
      const least = await leastUnplaced(state, t, share);
      state.report('tiers');
      if (least !== null && least > ROUND_UP) state.someUnplaced = true;
      if (least === null || !sameCopies(unplaced(), least)) return;
    }
    provenTiers.push(unplaced());
  }
}

/** A proven lower limit of tier t's unplaced copies; better assignments found on the way are offered. */
async function leastUnplaced(state: SolveState, t: number, share: number): Promise<number | null> {
  const { instance, homeless } = state;
  const stage = { tier: t, held: state.heldCopies() };
  const objective = tierDual(instance, t, stage.held);
  const start = lagrangianBound(
    instance,
    objective,
    state.prices[0]!,
    stage.held[t]!,
    shareOf({ ...state.budget, steps: Math.min(state.budget.steps, PRICE_PASSES) }, PRICE_SHARE),
  ).prices;
  const relaxed = await solveRelaxation(state, objective, 1, start);
  let least: number | null = null;
  if (relaxed) {
    const limit = Math.max(0, dualValue(instance, objective, relaxed.prices).value);
    least = homeless[t]! + (instance.divisible ? limit : roundedUp(limit));
    if (relaxed.assignment) state.incumbents.offer(relaxed.assignment, `lp:${relaxed.engine}`);
  }
  if (
    (instance.divisible && isPlain(instance)) ||
    (least !== null && sameCopies(least, state.incumbents.best.score.unplaced[t]!))
  )
    return least;

  const budget = shareOf(state.budget, share);
  const whole = await solveBesideSearch(state, stage, budget);
  if (whole?.assignment) state.incumbents.offer(whole.assignment, `ilp:${whole.engine}`);
  if (!whole) return least;
  const { bound } = whole.outcome;
  if (bound === null) return least;
  return Math.max(least ?? 0, homeless[t]! + (instance.divisible ? Math.max(0, bound) : roundedUp(bound)));
}

/** A computed lower limit as a limit of whole copies: an error of a few millionths, or of as many parts, costs a proof but fakes none. */
const roundedUp = (limit: number): number => Math.ceil(limit - ROUND_UP - ROUND_UP * Math.abs(limit));
