import type { LinearProgram } from '../../model/linear-program.ts';

/** The LP/ILP solvers behind {@link Engine}, by the name a caller may ask for. */
export type EngineName = 'glpk' | 'highs' | 'jslp';

/** Limits of one solve. An engine that runs inside WebAssembly may overstep them: its thread is what really ends it. */
export interface EngineLimits {
  /** Milliseconds after which the engine should return what it has; default: none. */
  readonly timeLimitMs?: number;
  /** Deterministic instead of the clock: branch-and-bound nodes, where the engine can count them (see `Engine.countsNodes`). */
  readonly nodeLimit?: number;
  /** Stop at this relative gap between incumbent and bound of an integer program; default 0. */
  readonly relativeGap?: number;
  /** A feasible point to start from, where the engine can use one (length: columns). */
  readonly start?: Float64Array;
  /** Called for every better feasible point and bound, where the engine reports them while it runs. Must not throw. */
  readonly onIncumbent?: (x: Float64Array, objective: number, bound: number | null) => void;
}

/**
 * What came of a solve. Two questions are kept apart.
 *
 * `call`, did the call work: it ran to its end; it stopped at a limit; or the engine threw, died or answered nonsense.
 * `truth`, what is known of the program: never more than was proven or, for a solution, checked by substitution.
 */
export interface Outcome {
  readonly call: 'completed' | 'limit' | 'failed';
  readonly truth: 'optimal' | 'feasible' | 'infeasible' | 'unbounded' | 'unknown';
  readonly solution: Float64Array | null; // columns; integer columns are whole to the digit
  readonly objective: number | null; // of `solution`, recomputed
  readonly bound: number | null; // proven lower limit of the objective; null when the engine gives none
  readonly rowDuals: Float64Array | null; // rows; ∂objective/∂rhs at the optimum of a linear program, ≥ 0 for a binding ≥ row, ≤ 0 for ≤
  readonly reducedCosts: Float64Array | null; // columns; cost − duals · column
  readonly message: string; // the engine's own words, for logs
}

/** One LP/ILP solver. Engines are synchronous at heart and therefore live in worker threads. */
export interface Engine {
  readonly name: EngineName;
  /** Name and version as the answer shows them, e.g. "glpk 5.0". */
  readonly version: string;
  /** Whether `nodeLimit` is honoured. */
  readonly countsNodes: boolean;
  /** Solves the program. Outcomes are values: this rejects only for a malformed program. */
  solve(program: LinearProgram, limits?: EngineLimits): Outcome;
}

/** An outcome that knows nothing, for the cases in which an engine produced no usable point. */
export function without(
  call: Outcome['call'],
  truth: 'infeasible' | 'unbounded' | 'unknown',
  message: string,
): Outcome {
  return { call, truth, solution: null, objective: null, bound: null, rowDuals: null, reducedCosts: null, message };
}
