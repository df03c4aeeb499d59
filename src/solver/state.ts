import type { HeuristicResult } from '../model/answer.ts';
import { type Score, sameCopies, sameUnplaced, unplacedCopies } from '../model/assignment.ts';
import { type Components, components } from '../model/components.ts';
import { costDual, type DualValue, dualValue, homelessCopies, toleranceOf } from '../model/dual.ts';
import { type Instance, isPlain } from '../model/instance.ts';
import type { Part } from '../model/part.ts';
import type { Priced } from './bound/lagrangian.ts';
import { type Budget, unlessAborted } from './budget.ts';
import type { Engines } from './engine-pool.ts';
import type { EngineName } from './engines/engine.ts';
import { Incumbents } from './incumbents.ts';

/** How a heuristic did: its best score and the time of all its runs. */
export interface HeuristicRun {
  readonly name: string;
  readonly score: Score;
  readonly ms: number;
}

/** Share of the cost up to which the tolerance on capacities is rounding; where prices are so high that it is more, it is taken off what they prove. */
const ROUNDING = 1e-7;

/** How a solve tells a caller what it is about. */
export interface Progress {
  readonly stage: 'heuristics' | 'bound' | 'tiers' | 'solve';
  readonly objective: number;
  readonly unplaced: number; // copies
  readonly bound: number;
}

/** All that the stages of one solve share: the incumbents, what is proven so far, and what may still be spent. */
export class SolveState {
  readonly instance: Instance;
  readonly budget: Budget;
  readonly engines: Engines;
  readonly signal: AbortSignal | undefined;
  readonly incumbents: Incumbents;
  /** What has nothing to do with each other in an integral instance; null where all is connected. */
  readonly components: Components | null;
  /** Copies per tier of tasks that may run nowhere. */
  readonly homeless: Float64Array;
  /** Tiers → proven least unplaced copies, given the tiers before; shorter than the tiers while the rest is open. */
  readonly provenTiers: number[] = [];
  /** Whether it is proven that some copy must stay unplaced. */
  someUnplaced = false;
  /** Capacity prices found so far (node classes × resources), at first 0 for all; the best for the final answer is its certificate. */
  readonly prices: Float64Array[];
  /** Why engines failed, those that did. */
  readonly failures = new Map<EngineName, string>();
  /** The engine that was used last. */
  engine: EngineName | null = null;
  /** Every heuristic that ran, for `compare`. */
  readonly heuristics = new Map<string, HeuristicRun>();
  readonly timings = { model: 0, heuristics: 0, bound: 0, solve: 0 };
  /** The part that is solved in place of the whole, and its state, while it is at work. */
  folded: { readonly part: Part; readonly state: SolveState } | null = null;
  /** The best lower limit of the cost proven otherwise than by prices, at so many unplaced copies (tiers). */
  #provenCost: { readonly unplaced: Float64Array; readonly bound: number } | null = null;
  /** What each set of prices proves, for the tier counts named by the key. */
  readonly #duals = new Map<Float64Array, { key: string; dual: DualValue }>();
  readonly #report: ((progress: Progress) => void) | undefined;

  constructor(
    instance: Instance,
    budget: Budget,
    engines: Engines,
    signal?: AbortSignal,
    report?: (progress: Progress) => void,
  ) {
    this.instance = instance;
    this.budget = unlessAborted(budget, signal);
    this.engines = engines;
    this.signal = signal;
    this.components = separate(instance);
    this.incumbents = new Incumbents(instance, this.components);
    this.homeless = homelessCopies(instance);
    this.prices = [new Float64Array(instance.nodes.classes * instance.width)];
    this.#report = report;
  }

  /** A state that knows what this one knows by now, and may go its own way; it is over. */
  copy(): SolveState {
    const copy = new SolveState(this.instance, this.budget, this.engines, AbortSignal.abort());
    for (const { assignment, method } of this.incumbents.ranked) copy.incumbents.offer(assignment, method);
    copy.prices.push(...this.prices);
    copy.provenTiers.push(...this.provenTiers);
    copy.someUnplaced = this.someUnplaced;
    copy.#provenCost = this.#provenCost;
    copy.engine = this.engine;
    for (const [engine, reason] of this.failures) copy.failures.set(engine, reason);
    for (const [name, run] of this.heuristics) copy.heuristics.set(name, run);
    Object.assign(copy.timings, this.timings);
    return copy;
  }

  get spent(): boolean {
    return this.budget.expired();
  }

  get tiersProven(): boolean {
    return this.provenTiers.length === this.instance.tiers.length;
  }

  /** The best bound of the cost known for the best incumbent's unplaced copies. */
  costBound(): number {
    const { score } = this.incumbents.best;
    const proven = this.#provenCost;
    return Math.max(proven && sameUnplaced(proven, score) ? proven.bound : 0, this.bestPrices().bound);
  }

  /** Takes in a lower limit of the cost at so many unplaced copies (tiers), whatever proved it. */
  proveCost(unplaced: Float64Array, bound: number): void {
    const known = this.#provenCost;
    if (!known || bound > known.bound || !sameUnplaced(known, { unplaced })) this.#provenCost = { unplaced, bound };
  }

  /** Of all prices found, those that prove most for the best incumbent's unplaced copies, and all of what they prove. */
  bestPrices(): Priced & { readonly dual: DualValue } {
    const { assignment, score } = this.incumbents.best;
    const key = score.unplaced.join();
    let best: (Priced & { readonly dual: DualValue }) | null = null;
    for (const prices of this.prices) {
      const known = this.#duals.get(prices);
      const dual =
        known?.key === key
          ? known.dual
          : dualValue(this.instance, costDual(this.instance, assignment.unplaced), prices);
      this.#duals.set(prices, { key, dual });
      const tolerance = this.instance.divisible ? 0 : toleranceOf(this.instance, prices); // shares keep to what is free
      const bound = dual.value - (tolerance > ROUNDING * Math.abs(score.cost) ? tolerance : 0);
      if (!best || bound > best.bound) best = { prices, bound, dual };
    }
    return best!;
  }

  /** Tiers → unplaced copies of the best incumbent, those of homeless tasks left out. */
  heldCopies(): Float64Array {
    return this.incumbents.best.score.unplaced.map((copies, t) => {
      const held = copies - this.homeless[t]!;
      return sameCopies(held, 0) ? 0 : held;
    });
  }

  report(stage: Progress['stage']): void {
    if (!this.#report) return;
    const { score } = this.incumbents.best;
    this.#report({
      stage,
      objective: score.cost,
      unplaced: unplacedCopies(score),
      bound: this.costBound(),
    });
  }

  /** Runs `work` and books its milliseconds under a stage. */
  async timed<T>(stage: keyof SolveState['timings'], work: () => T | Promise<T>): Promise<T> {
    const started = performance.now();
    await new Promise((resolve) => setImmediate(resolve)); // lets a signal in
    try {
      return await work();
    } finally {
      this.timings[stage] += performance.now() - started;
    }
  }
}

/** The components of an integral instance, where it has several. */
function separate(instance: Instance): Components | null {
  if (instance.divisible || !isPlain(instance)) return null;
  const found = components(instance);
  return found.count > 1 ? found : null;
}

/** A heuristic's line in the answer, against the score of the assignment sent. */
export function heuristicResult({ name, score, ms }: HeuristicRun, best: Score): HeuristicResult {
  const comparable = sameUnplaced(score, best);
  const over = score.cost - best.cost;
  return {
    name,
    objective: score.cost,
    unplaced: unplacedCopies(score),
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
