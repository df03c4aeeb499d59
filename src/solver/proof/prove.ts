import { type Instance, totalCopies } from '../../model/instance.ts';
import { Ascent, type AscentEnd } from './ascent.ts';
import { Domain } from './domain.ts';
import { fix } from './fixing.ts';
import { Lagrangian } from './lagrangian.ts';
import { type Problem, problemOf, slotsOf } from './problem.ts';

export interface ProofOptions {
  /** Capacity prices (node classes × resources), from which the duals begin. */
  readonly prices: Float64Array;
  /** Cost of the incumbent. */
  readonly cost: number;
  /** Whether to stop; nodes of the tree looked at so far. */
  expired(nodes: number): boolean;
  /** Least cost that anyone else knows of. */
  upper(): number;
  onImproved(places: Int32Array, cost: number): void;
  /** Called with every better proven lower limit of the cost. */
  onBound(bound: number): void;
}

export interface Proof {
  readonly bound: number;
  readonly proven: boolean;
  readonly nodes: number;
}

/** Relative distance between bound and cost at which a cost is proven: well above the rounding of a sum of knapsacks. */
const PROVEN = 5e-10;
/** First cut-off above the root's bound, relative, and the growth of the distance from round to round. */
const FIRST_CUT = 3e-4;
const WIDEN = 2.2;
/** Passes and first step of the ascent at the root, and at every other node; passes between two rounds of strong fixing. */
const ROOT = { passes: 400, step: 1, fixEvery: 40 };
const NODE = { passes: 25, step: 0.4, fixEvery: 8 };
/** Share of the distance to the cut-off within which duals are near enough the best ones for fixing. */
const NEAR = 0.1;

/** Most slots of an instance that is worth trying, and most copies for each node, unless tables solve its knapsacks. */
const MOST_SLOTS = 20_000;
const MOST_PER_NODE = 12;

/** Whether an instance is small enough to be proven by branch and bound in seconds. */
export const provable = (instance: Instance): boolean =>
  !instance.divisible &&
  (totalCopies(instance) <= instance.nodes.copies * MOST_PER_NODE || isWhole(instance)) &&
  slotsOf(instance) <= MOST_SLOTS;

/**
 * Proves the least cost of placing every copy: depth-first branch and bound on the Lagrangian of the assignment rows
 * (Ross, Soland 1975; Fisher, Jaikumar, Van Wassenhove 1986), with strong fixing at many duals near the best, in rounds
 * that look only below a cut-off little above the bound, widened until something is found or the incumbent is proven.
 */
export function prove(instance: Instance, options: ProofOptions): Proof {
  return new Prover(problemOf(instance), instance, options).run();
}

/** Whether there is one resource, in whole units. */
const isWhole = ({ width, pairs }: Instance): boolean => width === 1 && pairs.demand.every(Number.isInteger);

class Prover {
  readonly #problem: Problem;
  readonly #options: ProofOptions;
  readonly #domain: Domain;
  readonly #lagrangian: Lagrangian;
  readonly #ascent: Ascent;
  readonly #duals: Float64Array;
  #cost: number; // of the best assignment known here
  #cutoff = 0;
  #nodes = 0;
  #stopped = false;

  constructor(problem: Problem, instance: Instance, options: ProofOptions) {
    this.#problem = problem;
    this.#options = options;
    this.#cost = options.cost;
    this.#domain = new Domain(problem);
    const weights = Float64Array.from({ length: problem.nodes * problem.width }, (_, at) => {
      const k = at % problem.width;
      return options.prices[instance.nodes.classOf[(at - k) / problem.width]! * problem.width + k]!;
    });
    this.#lagrangian = new Lagrangian(this.#domain, weights);
    this.#ascent = new Ascent(this.#lagrangian);
    this.#duals = startingDuals(problem, weights);
  }

  run(): Proof {
    let bound = 0;
    const duals = this.#duals;
    if (!this.#dropMisfits()) return { bound, proven: false, nodes: 0 };
    // the root: as good a bound as there is, fixing against the incumbent as it goes
    this.#cutoff = this.#below(this.#upper());
    const end = this.#ascend(duals, ROOT);
    bound = Math.min(this.#roundUp(this.#ascent.best), this.#upper());
    if (end !== 'open') bound = this.#found(end);
    this.#options.onBound(bound);
    let distance = Math.max(FIRST_CUT * Math.abs(bound), this.#problem.grain);
    const root = this.#domain.mark;
    while (!this.#stopped && !this.#isProven(bound)) {
      const cutoff = bound + distance;
      const last = cutoff >= this.#below(this.#upper());
      this.#cutoff = last ? this.#below(this.#upper()) : cutoff;
      this.#branch(duals);
      this.#domain.undo(root);
      if (this.#stopped) break;
      // nothing below the cut-off but what was found
      bound = Math.max(bound, last ? this.#proven() : Math.min(this.#roundUp(this.#cutoff), this.#proven()));
      this.#options.onBound(bound);
      distance *= WIDEN;
    }
    return { bound, proven: this.#isProven(bound), nodes: this.#nodes };
  }

  #upper(): number {
    return Math.min(this.#cost, this.#options.upper());
  }

  /** The bound that holds once nothing better than the best cost is left. */
  #proven(): number {
    const cost = this.#upper();
    return this.#problem.grain > 0 ? cost : cost - PROVEN * Math.abs(cost);
  }

  /** A cut-off that keeps everything better than `cost`: with grained costs, the next cost below. */
  #below(cost: number): number {
    const { grain } = this.#problem;
    return grain > 0 ? cost - grain + 1e-6 * grain : cost - PROVEN * Math.abs(cost);
  }

  #roundUp(bound: number): number {
    const { grain } = this.#problem;
    return grain > 0 ? Math.max(bound, grain * Math.ceil(bound / grain - 1e-6)) : bound;
  }

  #isProven(bound: number): boolean {
    const cost = this.#upper();
    return cost - bound <= 2 * PROVEN * Math.abs(cost);
  }

  /** Rules out slots that do not even fit an empty node. */
  #dropMisfits(): boolean {
    for (let slot = 0; slot < this.#problem.slots; slot++)
      if (!this.#domain.fits(slot) && !this.#domain.forbid(slot)) return false;
    return this.#domain.propagate();
  }

  /** Takes in what an ascent came to when it did not stay open; returns the bound of its subtree. */
  #found(end: 'cut' | 'solved'): number {
    if (end === 'solved') this.#record();
    return this.#proven();
  }

  /** Whether every unit packed once makes an assignment better than the best: keeps it then. */
  #record(): void {
    const { units, nodeOf, cost, nodes, nodeStart, unitOf } = this.#problem;
    const places = new Int32Array(units).fill(-1);
    let total = 0;
    for (let unit = 0; unit < units; unit++) {
      const slot = this.#domain.home[unit]!;
      if (slot >= 0) {
        places[unit] = nodeOf[slot]!;
        total += cost[slot]!;
      }
    }
    for (let j = 0; j < nodes; j++) {
      for (let slot = nodeStart[j]!; slot < nodeStart[j + 1]!; slot++) {
        if (this.#lagrangian.packed[slot] !== 1 || this.#domain.home[unitOf[slot]!]! >= 0) continue;
        places[unitOf[slot]!] = j;
        total += cost[slot]!;
      }
    }
    if (total >= this.#cost) return;
    this.#cost = total;
    this.#options.onImproved(places, total);
  }

  #ascend(duals: Float64Array, { passes, step, fixEvery }: typeof ROOT): AscentEnd {
    let sinceFix = 0;
    return this.#ascent.run(duals, passes, step, this.#cutoff, (current, bound) => {
      if (this.#options.expired(this.#nodes)) {
        this.#stopped = true;
        return false;
      }
      this.#cutoff = Math.min(this.#cutoff, this.#below(this.#upper()));
      if (++sinceFix < fixEvery || this.#ascent.best - bound > NEAR * (this.#cutoff - this.#ascent.best)) return true;
      sinceFix = 0;
      return fix(this.#lagrangian, current, bound, this.#cutoff);
    });
  }

  /** Looks through all that the domain still allows below the cut-off, beginning at the parent's duals. */
  #branch(parent: Float64Array): void {
    if (this.#stopped || this.#options.expired(this.#nodes++)) {
      this.#stopped = true;
      return;
    }
    const duals = parent.slice();
    const end = this.#domain.open === 0 ? this.#leaf(duals) : this.#ascend(duals, NODE);
    if (this.#stopped) return;
    if (end === 'solved') {
      this.#record();
      this.#cutoff = Math.min(this.#cutoff, this.#below(this.#upper()));
    }
    if (end !== 'open') return;
    if (this.#domain.open === 0) {
      this.#branch(duals);
      return;
    }
    const unit = this.#mostFractional();
    for (const slot of this.#byAverage(unit)) {
      if (this.#stopped) return;
      const mark = this.#domain.mark;
      if (this.#domain.settle(slot) && this.#domain.propagate()) this.#branch(duals);
      this.#domain.undo(mark);
    }
  }

  #leaf(duals: Float64Array): 'cut' | 'solved' {
    return this.#lagrangian.price(duals) < this.#cutoff ? 'solved' : 'cut';
  }

  /** The open unit that the averaged packings are least sure about. */
  #mostFractional(): number {
    const { units, unitStart, slotOf } = this.#problem;
    let least = Number.POSITIVE_INFINITY;
    let best = -1;
    for (let unit = 0; unit < units; unit++) {
      if (this.#domain.home[unit]! >= 0 || this.#domain.options[unit]! === 0) continue;
      let surest = 0;
      for (let at = unitStart[unit]!; at < unitStart[unit + 1]!; at++)
        if (this.#domain.allowed[slotOf[at]!] === 1) surest = Math.max(surest, this.#ascent.average[slotOf[at]!]!);
      if (surest < least) {
        least = surest;
        best = unit;
      }
    }
    return best;
  }

  /** The slots a unit may take, the most packed ones first. */
  #byAverage(unit: number): number[] {
    const { unitStart, slotOf } = this.#problem;
    const { allowed } = this.#domain;
    const slots = Array.from(slotOf.subarray(unitStart[unit]!, unitStart[unit + 1]!)).filter(
      (slot) => allowed[slot] === 1,
    );
    const { average } = this.#ascent;
    const weight = new Map(slots.map((slot) => [slot, average[slot]!]));
    return slots.sort((a, b) => weight.get(b)! - weight.get(a)! || a - b);
  }
}

/** Units → least cost plus capacity prices over its slots. */
function startingDuals(
  { units, unitStart, slotOf, cost, demand, nodeOf, width }: Problem,
  weights: Float64Array,
): Float64Array {
  return Float64Array.from({ length: units }, (_, unit) => {
    let least = Number.POSITIVE_INFINITY;
    for (let at = unitStart[unit]!; at < unitStart[unit + 1]!; at++) {
      const slot = slotOf[at]!;
      let reduced = cost[slot]!;
      for (let k = 0; k < width; k++) reduced += weights[nodeOf[slot]! * width + k]! * demand[slot * width + k]!;
      least = Math.min(least, reduced);
    }
    return Number.isFinite(least) ? least : 0;
  });
}
