import type { Domains } from './domains.ts';
import { costOfSets, placesOfSets } from './places.ts';
import type { ProofProblem } from './problem.ts';

/** How a proof and whoever wants it hear of each other. */
export interface Exchange {
  /** Asked at every step of the bound; true ends the proof. */
  expired(): boolean;
  /** The least cost at these unplaced copies that anyone else knows of. */
  upper?(): number;
  /** Called with every better assignment found: units → node copy (−1: none), in the order of `Units`. */
  onImproved(places: Int32Array, cost: number): void;
  /** Called with every better proven lower limit of the cost. */
  onBound(bound: number): void;
}

/** Relative distance from the best cost below which no better one is looked for; of a grain, where costs have one. */
const PROVEN = 1e-7;
const GRAINS = 0.9;

/** Where a proof stands: the best cost known, the limit proven, the cut-off it looks below, and whether it goes on. */
export class Standing {
  /** The least cost known. */
  best: number;
  /** The proven lower limit. */
  bound = 0;
  /** Only costs below are looked for. */
  cut: number;
  /** Why nothing more is done: the caller's time is over, or patience is and a master comes next. */
  stopped: 'expired' | 'stalled' | null = null;
  /** Steps of the bound until it counts as stalled. */
  patience = Number.POSITIVE_INFINITY;
  readonly #problem: ProofProblem;
  readonly #exchange: Exchange;

  constructor(problem: ProofProblem, best: number, exchange: Exchange) {
    this.#problem = problem;
    this.#exchange = exchange;
    this.best = best;
    this.cut = this.lastCut;
  }

  /** The cut-off below which nothing must be left for the best cost to be proven. */
  get lastCut(): number {
    const { grain } = this.#problem;
    return grain > PROVEN * this.best ? this.best - GRAINS * grain : this.best * (1 - PROVEN);
  }

  /** Whether the best cost is proven. */
  get proven(): boolean {
    return this.bound >= this.lastCut;
  }

  raise(bound: number): void {
    if (bound <= this.bound) return;
    this.bound = Math.min(bound, this.best);
    this.#exchange.onBound(this.bound);
  }

  /** Takes in what others have found. */
  listen(): void {
    this.best = Math.min(this.best, this.#exchange.upper?.() ?? Number.POSITIVE_INFINITY);
    this.cut = Math.min(this.cut, this.lastCut);
  }

  /** Takes in the sets `x` (cells → copies), which hold every copy once: an assignment, kept if it is better. */
  record(domains: Domains, x: Int32Array): void {
    const cost = costOfSets(this.#problem, domains, x);
    if (cost >= this.best) return;
    this.best = cost;
    this.#exchange.onImproved(placesOfSets(this.#problem, domains, x), cost);
    this.listen();
  }

  /** Begins a round of someone else's, below `cut`. */
  begin(cut: number): void {
    this.stopped = null;
    this.cut = cut;
    this.listen();
  }

  /** Whether to go on at all. */
  wait(): boolean {
    if (this.stopped === null && this.#exchange.expired()) this.stopped = 'expired';
    return this.stopped === null;
  }

  /** Whether to go on with the next step of the bound. */
  goOn(): boolean {
    this.wait();
    if (this.stopped === null && this.patience-- <= 0) this.stopped = 'stalled';
    return this.stopped === null;
  }
}
