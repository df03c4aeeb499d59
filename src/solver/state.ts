import type { HeuristicResult } from '../model/answer.ts';
import { type Score, sameCopies } from '../model/assignment.ts';
import { costDual, dualValue, homelessCopies } from '../model/dual.ts';
import type { Instance } from '../model/instance.ts';
import type { Budget } from './budget.ts';
import type { Engines } from './engine-pool.ts';
import { Incumbents } from './incumbents.ts';

/** How a solve tells a caller what it is about. */
export interface Progress {
  readonly stage: 'heuristics' | 'bound' | 'tiers' | 'solve';
  readonly objective: number;
  readonly unplaced: number; // copies
  readonly bound: number | null;
}

/** All that the stages of one solve share: the incumbents, what is proven so far, and what may still be spent. */
export class SolveState {
  readonly instance: Instance;
  readonly budget: Budget;
  readonly engines: Engines;
  readonly signal: AbortSignal | undefined;
  readonly incumbents: Incumbents;
  /** Copies per tier of tasks that may run nowhere. */
  readonly homeless: Float64Array;
  /** Tiers → proven least unplaced copies, given the tiers before; shorter than the tiers while the rest is open. */
  readonly provenTiers: number[] = [];
  /** Whether it is proven that some copy must stay unplaced. */
  someUnplaced = false;
  /** Capacity prices found so far (node classes × resources); the best for the final answer is its certificate. */
  readonly prices: Float64Array[] = [];
  /** Lower limit of the cost proven by an integer program, at the unplaced copies of `score`. */
  provenCost: { readonly score: Score; readonly bound: number } | null = null;
  /** Why an engine failed, when one did. */
  failure: string | null = null;
  /** Name and version of the engine that was used last. */
  engine: string | null = null;
  /** Every heuristic that ran, for `compare`. */
  readonly heuristics: { readonly name: string; readonly score: Score; readonly ms: number }[] = [];
  readonly timings = { model: 0, heuristics: 0, bound: 0, solve: 0 };
  readonly #report: ((progress: Progress) => void) | undefined;

  constructor(
    instance: Instance,
    budget: Budget,
    engines: Engines,
    signal?: AbortSignal,
    report?: (progress: Progress) => void,
  ) {
    this.instance = instance;
    this.budget = budget;
    this.engines = engines;
    this.signal = signal;
    this.incumbents = new Incumbents(instance);
    this.homeless = homelessCopies(instance);
    this.#report = report;
  }

  get spent(): boolean {
    return this.budget.expired() || this.signal?.aborted === true;
  }

  get tiersProven(): boolean {
    return this.provenTiers.length === this.instance.tiers.length;
  }

  /** The best bound of the cost known for the best incumbent's unplaced copies, by the given prices or all so far. */
  costBound(prices: readonly Float64Array[] = this.prices): number {
    const { assignment, score } = this.incumbents.best;
    const dual = costDual(this.instance, assignment.unplaced);
    let bound = this.provenCost && sameTiers(this.provenCost.score, score) ? this.provenCost.bound : 0;
    for (const set of prices) bound = Math.max(bound, dualValue(this.instance, dual, set).value);
    return bound;
  }

  /** Tiers → unplaced copies of the best incumbent, those of homeless tasks left out. */
  heldCopies(): Float64Array {
    return this.incumbents.best.score.unplaced.map((copies, t) => {
      const held = copies - this.homeless[t]!;
      return sameCopies(held, 0) ? 0 : held;
    });
  }

  report(stage: Progress['stage'], bound: number | null = null): void {
    const { score } = this.incumbents.best;
    this.#report?.({
      stage,
      objective: score.cost,
      unplaced: score.unplaced.reduce((sum, copies) => sum + copies, 0),
      bound,
    });
  }

  /** Runs `work` and books its milliseconds under a stage. */
  async timed<T>(stage: keyof SolveState['timings'], work: () => T | Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.timings[stage] += performance.now() - started;
    }
  }
}

const sameTiers = (a: Score, b: Score): boolean => a.unplaced.every((copies, t) => sameCopies(copies, b.unplaced[t]!));

/** A heuristic's line in the answer, against the score of the assignment sent. */
export function heuristicResult({ name, score, ms }: SolveState['heuristics'][number], best: Score): HeuristicResult {
  const comparable = sameTiers(score, best);
  const over = score.cost - best.cost;
  return {
    name,
    objective: score.cost,
    unplaced: score.unplaced.reduce((sum, copies) => sum + copies, 0),
    regret: !comparable
      ? null
      : Math.abs(over) <= 1e-9 * Math.abs(best.cost)
        ? 0
        : best.cost === 0
          ? null
          : over / best.cost,
    ms,
  };
}
