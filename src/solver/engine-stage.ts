import type { Assignment } from '../model/assignment.ts';
import { unfoldedPairs } from '../model/instance.ts';
import type { LinearProgram } from '../model/linear-program.ts';
import { isFeasible } from '../model/loads.ts';
import type { Budget } from './budget.ts';
import { chooseEngine, INTEGER_PAIRS_BY_STEPS } from './choose-engine.ts';
import type { EngineName, Outcome } from './engines/engine.ts';
import { type Formulation, formulate, placementsOf, pointOf, type Stage } from './formulation.ts';
import { polish } from './polish.ts';
import type { SolveState } from './state.ts';

/** Milliseconds, and share of what remains, between an engine's own time limit and the end of its thread. */
const GRACE_MS = 4;
const GRACE_SHARE = 0.04;
/**
 * Milliseconds for each column that a program takes before its engine is of any use: posing and reading it, and a look at
 * its root. A program that would eat half of what remains by that is not posed.
 */
const MS_PER_COLUMN = 0.02;
/** Milliseconds after which even an engine that counts steps is ended. */
const MOST_MS_BY_STEPS = 3_600_000;
/** Share by which capacities shrink when an engine's tolerance let through what the verifier does not. */
const TIGHTEN = 1e-6;

/** What an engine made of one program of the window, as far as it could be used. */
export interface StageResult {
  readonly formulation: Formulation;
  readonly outcome: Outcome;
  readonly engine: EngineName;
  readonly assignment: Assignment | null; // from the engine's point, feasible
}

/**
 * Poses the integer program of a stage over node copies, starting from the incumbent; null when the budget is too
 * small for it. What an engine's tolerance got wrong is solved again a little tighter, for an assignment without its proof.
 */
export async function solveInteger(
  state: SolveState,
  stage: Stage,
  budget: Budget,
  engine?: EngineName,
): Promise<StageResult | null> {
  const result = await run(state, stage, budget, engine);
  if (!result?.outcome.solution || result.assignment) return result;
  const again = await run(state, stage, budget, engine, TIGHTEN);
  return again?.assignment ? { ...result, assignment: again.assignment } : result;
}

async function run(
  state: SolveState,
  stage: Stage,
  budget: Budget,
  named?: EngineName,
  tighten = 0,
): Promise<StageResult | null> {
  const { instance } = state;
  const columns = unfoldedPairs(instance);
  const remaining = budget.remainingMs();
  const engine = named ?? chooseEngine(instance.window.engine, columns, true);
  const affordable = Number.isFinite(remaining)
    ? columns * MS_PER_COLUMN <= remaining / 2
    : columns <= INTEGER_PAIRS_BY_STEPS[engine];
  if (!affordable || state.spent || state.failures.has(engine)) return null;
  const formulation = formulate(instance, stage, true, tighten);
  const start = pointOf(instance, formulation, state.incumbents.best.assignment.placements);
  const outcome = await solveProgram(state, engine, formulation.program, start, stage.tier === null, budget);
  let assignment: Assignment | null = null;
  if (outcome.solution) {
    const polished = polish(instance, placementsOf(instance, formulation, outcome.solution));
    if (isFeasible(instance, polished)) assignment = polished;
  }
  return { formulation, outcome, engine, assignment };
}

/** Runs an engine on a program for what the budget allows, from a feasible `start` if there is one. */
export async function solveProgram(
  state: SolveState,
  engine: EngineName,
  program: LinearProgram,
  start: Float64Array | null,
  mayStopAtGap: boolean,
  budget: Budget,
): Promise<Outcome> {
  const remaining = budget.remainingMs();
  const timed = Number.isFinite(remaining);
  state.engine = engine;
  const { outcome } = await state.engines.run({
    engine,
    program,
    limits: {
      ...(timed
        ? { timeLimitMs: Math.max(1, remaining - GRACE_MS - GRACE_SHARE * remaining) }
        : { nodeLimit: budget.steps }),
      // an engine that stops at a gap without telling its bound would prove nothing
      relativeGap: mayStopAtGap && engine === 'highs' ? state.instance.window.gap : 0,
      ...(start ? { start } : {}),
    },
    endAfterMs: timed ? remaining : MOST_MS_BY_STEPS,
    signal: state.signal,
  });
  if (outcome.call === 'failed') state.failures.set(engine, outcome.message);
  return outcome;
}
