import { type LinearProgram, objectiveOf, violationOf } from '../../model/linear-program.ts';
import { priced } from './duality.ts';
import { type Outcome, without } from './engine.ts';

/** What an engine said, before any of it is believed. {@link conclude} makes an {@link Outcome} of it. */
export interface Answer {
  readonly call: Outcome['call'];
  /** The engine's claim; `optimal` and `feasible` count for nothing without `x`. */
  readonly claim: Outcome['truth'];
  readonly x: Float64Array | null; // columns; null unless the engine calls it feasible
  readonly rowDuals: Float64Array | null; // rows; linear programs only, signs as in Outcome
  readonly bound: number | null; // the engine's own, of an integer program
  readonly message: string;
}

/** Largest violation (see `violationOf`) of a solution that is let through. */
export const FEASIBILITY = 1e-6;
/** The most by which engines let numbers be off that must be whole. */
const NEARLY = 1e-5;

/**
 * Turns an engine's answer into what can be vouched for. A solution is rounded on integer columns, clamped to the
 * bounds and substituted into the program. `optimal` is never copied from the engine: it takes a bound that meets the
 * recomputed objective. For a linear program that bound is recomputed from the row duals (weak duality), for an integer
 * program it is the engine's, or, where the engine has finished without telling one, the objective it finished at.
 */
export function conclude(program: LinearProgram, answer: Answer): Outcome {
  if (answer.claim === 'infeasible' || answer.claim === 'unbounded') {
    return without(answer.call, answer.claim, answer.message);
  }
  const whole = isInteger(program);
  const claimed = whole ? claimedBound(program, answer) : answer.bound;
  if (answer.x === null) return { ...without(answer.call, 'unknown', answer.message), bound: claimed };

  const solution = settle(program, answer.x);
  const violation = violationOf(program, solution);
  if (violation > FEASIBILITY) {
    const message = `solution off by ${violation.toExponential(1)}: ${answer.message}`;
    // nearly whole numbers that upset a row once they are whole: the point is no use, but what the engine proved holds
    if (whole && violationOf(program, answer.x) <= NEARLY)
      return { ...without(answer.call, 'unknown', message), bound: claimed };
    return without(answer.call === 'completed' ? 'failed' : answer.call, 'unknown', message);
  }

  const objective = objectiveOf(program, solution);
  const within = slackOf(program, solution, objective);
  const dual = answer.rowDuals === null ? null : priced(program, solution, answer.rowDuals);
  let bound = dual === null ? claimed : dual.bound;
  // a bound above a checked solution, or none at all (-Infinity), proves nothing
  if (bound !== null && !(bound <= objective + within && bound > Number.NEGATIVE_INFINITY)) bound = null;

  const optimal = bound !== null && objective - bound <= within;
  const proved = answer.claim !== 'optimal' || optimal;
  return {
    call: answer.call,
    truth: optimal ? 'optimal' : 'feasible',
    solution,
    objective,
    bound: bound === null ? null : Math.min(bound, objective),
    rowDuals: optimal && dual ? dual.rowDuals : null,
    reducedCosts: optimal && dual ? dual.reducedCosts : null,
    message: proved ? answer.message : `not proved optimal: ${answer.message}`,
  };
}

/** What an engine says that it has proven of an integer program: its bound, or the objective at which it finished. */
function claimedBound(program: LinearProgram, { bound, claim, x }: Answer): number | null {
  const proven = bound ?? (claim === 'optimal' && x !== null ? objectiveOf(program, x) : null);
  return proven === null ? null : proven - doubtOf(program, proven);
}

/** A cost that much larger than the bound (or 1) makes the bound doubtful, by this share of the cost. */
const DEAR = 1e4;
const DOUBT = 1e-7;

/** What an engine's tolerance on reduced costs may have made of its bound: nothing where all costs are of its size. */
function doubtOf({ cost }: LinearProgram, bound: number): number {
  const most = cost.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return most > DEAR * Math.max(1, Math.abs(bound)) ? DOUBT * most : 0;
}

/** Whether any column must be whole. */
export function isInteger(program: LinearProgram): boolean {
  return program.integer.includes(1);
}

/** Integer columns made whole, everything moved inside its bounds; -0 becomes 0. */
export function settle(program: LinearProgram, x: Float64Array): Float64Array {
  return x.map((value, c) => {
    const whole = program.integer[c] ? Math.round(value) : value;
    return Math.min(Math.max(whole, program.lower[c]!), program.upper[c]!) + 0;
  });
}

/** The distance between objective and bound that counts as none: 1e-6 of the objective, plus what rounding noise its terms carry. */
function slackOf(program: LinearProgram, x: Float64Array, objective: number): number {
  let terms = 0;
  for (let c = 0; c < program.columns; c++) terms += Math.abs(program.cost[c]! * x[c]!);
  return 1e-6 * Math.abs(objective) + 1e-8 * terms + 1e-9;
}
