import type { Highs } from 'highs';
import { type Assignment, scoreOf } from '../../model/assignment.ts';
import { leastReducedCosts } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import { leastSure } from './branching.ts';
import { Domains } from './domains.ts';
import { fixByKnapsacks, fixByMultipliers } from './fixing.ts';
import { Lagrangian } from './lagrangian.ts';
import { costOfSets, placesOfSets } from './places.ts';
import { Probing } from './probing.ts';
import { heldCopies, type ProofProblem, proofProblem } from './problem.ts';
import { Root } from './root.ts';
import { type Ascent, Average, ascend, type Guide } from './subgradient.ts';

export interface ProofOptions {
  /** A feasible assignment: the unplaced copies per tier that it leaves are held. */
  readonly start: Assignment;
  /** Capacity prices (node classes × resources), from which the duals begin. */
  readonly prices: Float64Array;
  /** What solves the root's master, once steps alone get nowhere; without it there is none. */
  readonly highs?: () => Promise<Highs>;
  /** Steps of the bound after the root's climb for which the rounds wait for a master; default 5,000. */
  readonly patience?: number;
  /** Asked at every step of the bound; true ends the proof. */
  expired(): boolean;
  /** Asked within steps, too, which may take long: true has them come to nothing. */
  late?(): boolean;
  /** The least cost at these unplaced copies that anyone else knows of. */
  upper?(): number;
  /** Called with every better assignment found: units → node copy (−1: none), in the order of `Units`. */
  onImproved(places: Int32Array, cost: number): void;
  /** Called with every better proven lower limit of the cost. */
  onBound(bound: number): void;
}

export interface Proof {
  readonly bound: number; // proven lower limit of the cost
  readonly proven: boolean; // that of the best assignment known
  readonly nodes: number; // of the search tree
  readonly stalled: boolean; // whether the rounds ran out of patience, so that a master was asked
}

/** Relative distance from the best cost below which no better one is looked for; of a grain, where costs have one. */
const PROVEN = 1e-7;
const GRAINS = 0.9;
/** Steps of the bound and their first size: at the first node of a round, at every other node. */
const FIRST = { steps: 150, size: 0.5 };
const NODE = { steps: 12, size: 0.5 };
/** Steps of the rounds before a master. */
const PATIENCE = 5000;
/** Steps between two rounds of fixing by knapsacks in a node. */
const STRONG_EVERY = 6;
/** Items in the sets that a bin may have left to be listed, at the beginning of a round and in a node; and of all bins. */
const MOST_ITEMS = { root: 500_000, node: 15_000, all: 8_000_000 };
/** First cut-off above the root's bound, as a share of it, of the gap, and in grains; and its growth from round to round. */
const FIRST_CUT = { bound: 3e-4, gap: 0.02, grains: 1.5 };
const WIDEN = 2.2;

/**
 * Proves the least cost of an integral instance at the start's unplaced copies per tier: depth-first branch and bound on
 * the Lagrangian of the assignment rows (Ross, Soland 1975; Fisher, Jaikumar, Van Wassenhove 1986), in rounds that look
 * only below a cut-off little above the root's bound, widened until it passes the best cost known.
 */
export function prove(instance: Omit<Instance, 'window'>, options: ProofOptions): Promise<Proof> {
  return new Prover(instance, options).run();
}

class Prover {
  readonly #options: ProofOptions;
  readonly #problem: ProofProblem;
  readonly #domains: Domains;
  readonly #lagrangian: Lagrangian;
  readonly #probing: Probing;
  readonly #ascent: Ascent;
  readonly #root: Root;
  #best: number; // least cost known
  #bound = 0;
  #cut = 0; // only costs below are looked for
  #nodes = 0;
  /** Why nothing more is done: the caller's time is over, or patience is and a master comes next. */
  #stopped: 'expired' | 'stalled' | null = null;
  #patience = Number.POSITIVE_INFINITY; // steps

  constructor(instance: Omit<Instance, 'window'>, options: ProofOptions) {
    this.#options = options;
    this.#problem = proofProblem(instance, options.start);
    this.#best = scoreOf(instance as Instance, options.start).cost;
    this.#domains = new Domains(this.#problem);
    this.#lagrangian = new Lagrangian(this.#problem, this.#domains, options.prices, options.late);
    this.#probing = new Probing(this.#lagrangian);
    const worth = leastReducedCosts(instance, instance.pairs.cost, options.prices);
    const duals = Float64Array.from(this.#problem.taskOf, (i) => worth[i]!);
    this.#root = new Root(this.#lagrangian, duals, options.highs !== undefined);
    this.#ascent = {
      direction: new Float64Array(this.#problem.tasks),
      average: new Average(this.#domains.cells),
    };
  }

  async run(): Promise<Proof> {
    if (!this.#domains.settle()) return this.#proof({ proven: false });
    if (this.#best <= 0) return this.#proof({ proven: true });
    this.#cut = this.#lastCut();
    const root = this.#root;
    root.climb(this.#ascent, this.#rootGuide());
    if (root.kept.settled.length === 0) return this.#proof({ proven: false }); // out of time in the first evaluation
    const { highs, patience = PATIENCE } = this.#options;
    if (root.mayHaveMaster) this.#patience = patience;
    this.#cutOffRounds();
    const stalled = this.#stopped === 'stalled';
    if (stalled) {
      this.#stopped = null;
      this.#patience = Number.POSITIVE_INFINITY;
      const { instance, taskOf } = this.#problem;
      await root.climbByMaster(highs!, heldCopies(instance, taskOf, this.#options.start), this.#rootGuide());
      this.#cutOffRounds();
    }
    return this.#proof({ proven: this.#bound >= this.#lastCut(), stalled });
  }

  #proof({ proven, stalled = false }: { proven: boolean; stalled?: boolean }): Proof {
    return { bound: proven ? this.#best : this.#bound, proven, nodes: this.#nodes, stalled };
  }

  /** Looks below one cut-off after the other, each farther from the root's bound, until nothing is left or time is over. */
  #cutOffRounds(): void {
    const root = this.#bound;
    const { grain } = this.#problem;
    let width = Math.max(FIRST_CUT.bound * root, FIRST_CUT.gap * (this.#best - root), FIRST_CUT.grains * grain);
    while (!this.#stopped) {
      this.#listen();
      if (this.#bound >= this.#lastCut()) break;
      this.#cut = Math.min(this.#lastCut(), root + width);
      const mark = this.#mark();
      if (this.#openRound()) this.#explore(this.#root.duals, FIRST);
      this.#undo(mark);
      if (!this.#stopped) this.#raise(this.#cut);
      if (this.#bound < this.#lastCut() && root + width >= this.#lastCut()) break; // rounding alone stands between
      width *= WIDEN;
    }
  }

  /** The cut-off below which nothing must be left for the best cost to be proven. */
  #lastCut(): number {
    const { grain } = this.#problem;
    return grain > PROVEN * this.#best ? this.#best - GRAINS * grain : this.#best * (1 - PROVEN);
  }

  #raise(bound: number): void {
    if (bound <= this.#bound) return;
    this.#bound = Math.min(bound, this.#best);
    this.#options.onBound(this.#bound);
  }

  /** Takes in what others have found. */
  #listen(): void {
    this.#best = Math.min(this.#best, this.#options.upper?.() ?? Number.POSITIVE_INFINITY);
    this.#cut = Math.min(this.#cut, this.#lastCut());
  }

  /** Whether to go on with the next step of the bound. */
  #goOn(): boolean {
    if (this.#stopped === null && this.#options.expired()) this.#stopped = 'expired';
    if (this.#stopped === null && this.#patience-- <= 0) this.#stopped = 'stalled';
    return this.#stopped === null;
  }

  #mark(): { readonly domains: number; readonly columns: number } {
    return { domains: this.#domains.mark, columns: this.#lagrangian.columns.mark };
  }

  #undo({ domains, columns }: { readonly domains: number; readonly columns: number }): void {
    this.#domains.undo(domains);
    this.#lagrangian.columns.undo(columns);
  }

  /** What the root's ascents are told by. */
  #rootGuide(): Guide {
    const lagrangian = this.#lagrangian;
    return {
      begin: () => this.#goOn(),
      target: (value) => Math.min(this.#lastCut(), value * 1.003),
      look: (_, { value, exact }) => {
        this.#listen();
        if (exact) this.#record();
        this.#raise(value - lagrangian.rounding);
        return exact && value - lagrangian.rounding > this.#cut;
      },
    };
  }

  /**
   * Lists bins and fixes at the duals kept, against the cut-off of this round. Returns whether anything may be left.
   */
  #openRound(): boolean {
    const lagrangian = this.#lagrangian;
    const { settled } = this.#root.kept;
    const [best] = settled;
    lagrangian.evaluate(best!.duals);
    if (!fixByMultipliers(lagrangian, best!.duals, this.#cut)) return false;
    this.#list(best!.duals, MOST_ITEMS.root);
    return settled.every(({ duals }) => {
      lagrangian.evaluate(duals);
      return fixByMultipliers(lagrangian, duals, this.#cut) && this.#look(duals);
    });
  }

  /** Fixes with more effort at duals just evaluated. Returns whether anything may be left below the cut-off. */
  #look(duals: Float64Array): boolean {
    return fixByKnapsacks(this.#lagrangian, duals, this.#cut) && this.#probing.narrow(duals, this.#cut);
  }

  /** Lists the bins whose sets left below the cut-off at `duals` hold no more than `most` items. */
  #list(duals: Float64Array, most: number): void {
    const lagrangian = this.#lagrangian;
    const { domains, columns } = lagrangian;
    const open = (b: number) => domains.size[b]! > 0 && domains.kind[b]! < this.#problem.classes && !columns.listed(b);
    if (!domains.kind.some((_, b) => open(b))) return;
    const value = lagrangian.evaluate(duals);
    const slack = this.#cut - value + lagrangian.rounding;
    for (let b = 0; b < domains.bins && slack >= 0 && !lagrangian.late(); b++)
      if (open(b))
        lagrangian.list(b, duals, lagrangian.gain[b]! - slack, Math.min(most, MOST_ITEMS.all - columns.items));
  }

  /** Looks through all that the domains allow below the cut-off, beginning at the parent's duals. */
  #explore(parent: Float64Array, effort: typeof NODE): void {
    this.#nodes++;
    const domains = this.#domains;
    const duals = parent.slice();
    for (let steps = effort; this.#raiseNode(duals, steps); steps = NODE) {
      this.#list(duals, MOST_ITEMS.node);
      const choice = leastSure(this.#lagrangian, this.#ascent.average);
      if (!choice) {
        this.#leaf(duals);
        return;
      }
      const { bin, cell } = choice;
      // one copy more of the task in one bin of this kind …
      const mark = this.#mark();
      const more = domains.low[cell]! + 1;
      const apart = domains.setApart(bin);
      const there = cell - domains.base[bin]! + domains.base[apart]!;
      if (apart !== bin) {
        this.#copyAverage(bin, apart);
        this.#lagrangian.columns.share(bin, apart);
      }
      domains.narrow(apart, there, more, domains.high[there]!);
      if (domains.settle()) this.#explore(duals, NODE);
      this.#undo(mark);
      if (this.#stopped) return;
      // … or in none of them
      domains.narrow(bin, cell, domains.low[cell]!, more - 1);
      if (!domains.settle()) return;
    }
  }

  /** Raises the bound of a node, fixing as it goes. Returns whether anything may be left below the cut-off. */
  #raiseNode(duals: Float64Array, effort: typeof NODE): boolean {
    const lagrangian = this.#lagrangian;
    let best = Number.NEGATIVE_INFINITY;
    let open = true;
    ascend(lagrangian, this.#ascent, duals, effort, {
      begin: () => this.#goOn(),
      target: (value) => this.#cut + 0.3 * (this.#cut - value),
      look: (current, { value, exact, step }) => {
        this.#listen();
        if (exact) this.#record();
        best = Math.max(best, value);
        open = value - lagrangian.rounding <= this.#cut;
        if (!open) return true;
        if (this.#cut - value >= 1.5 * (this.#cut - best) + 1e-12) return false;
        open = fixByMultipliers(lagrangian, current, this.#cut);
        if (open && (step === effort.steps - 1 || step % STRONG_EVERY === STRONG_EVERY - 1)) open = this.#look(current);
        return !open;
      },
    });
    return open && !this.#stopped;
  }

  /** Everything is decided: the best sets are an assignment. */
  #leaf(duals: Float64Array): void {
    const value = this.#lagrangian.evaluate(duals);
    if (value === Number.NEGATIVE_INFINITY) {
      this.#stopped = 'expired'; // out of time in the middle of it
      return;
    }
    if (value === Number.POSITIVE_INFINITY) return; // no set is left of some bin
    this.#record();
    if (value - this.#lagrangian.rounding <= this.#cut) this.#cut = Math.min(this.#cut, value);
  }

  #copyAverage(from: number, to: number): void {
    const { base, kind } = this.#domains;
    const { start } = this.#problem;
    const items = start[kind[from]! + 1]! - start[kind[from]!]!;
    this.#ascent.average.copy(base[from]!, base[to]!, items);
  }

  /** The best sets hold every copy once: an assignment, kept if it is better. */
  #record(): void {
    const cost = costOfSets(this.#problem, this.#domains, this.#lagrangian.x);
    if (cost >= this.#best) return;
    this.#best = cost;
    this.#options.onImproved(placesOfSets(this.#problem, this.#domains, this.#lagrangian.x), cost);
    this.#listen();
  }
}
