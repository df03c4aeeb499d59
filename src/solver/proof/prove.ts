import type { Highs } from 'highs';
import { leastReducedCosts } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import type { Domains } from './domains.ts';
import { type ExplorationOptions, explorationOf } from './exploration.ts';
import type { Lagrangian } from './lagrangian.ts';
import { heldCopies, type ProofProblem } from './problem.ts';
import { Root } from './root.ts';
import type { Standing } from './standing.ts';
import type { Ascent, Guide } from './subgradient.ts';
import type { Tree } from './tree.ts';

export interface ProofOptions extends ExplorationOptions {
  /** What solves the root's master, once steps alone get nowhere; without it there is none. */
  readonly highs?: () => Promise<Highs>;
  /** Steps of the bound after the root's climb for which the rounds wait for a master; default 5,000. */
  readonly patience?: number;
}

export interface Proof {
  readonly bound: number; // proven lower limit of the cost
  readonly proven: boolean; // that of the best assignment known
  readonly nodes: number; // of the search tree
  readonly stalled: boolean; // whether the rounds ran out of patience, so that a master was asked
}

/** Steps of the rounds before a master. */
const PATIENCE = 5000;
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
  readonly #standing: Standing;
  readonly #ascent: Ascent;
  readonly #root: Root;
  readonly #tree: Tree;

  constructor(instance: Omit<Instance, 'window'>, options: ProofOptions) {
    this.#options = options;
    const { problem, domains, lagrangian, standing, ascent, tree } = explorationOf(instance, options);
    this.#problem = problem;
    this.#domains = domains;
    this.#lagrangian = lagrangian;
    this.#standing = standing;
    this.#ascent = ascent;
    this.#tree = tree;
    const worth = leastReducedCosts(instance, instance.pairs.cost, options.prices);
    const duals = Float64Array.from(problem.taskOf, (i) => worth[i]!);
    this.#root = new Root(lagrangian, duals, options.highs !== undefined);
  }

  async run(): Promise<Proof> {
    const standing = this.#standing;
    if (!this.#domains.settle()) return this.#proof({ proven: false });
    if (standing.best <= 0) return this.#proof({ proven: true });
    const root = this.#root;
    root.climb(this.#ascent, this.#guide());
    if (root.kept.settled.length === 0) return this.#proof({ proven: false }); // out of time in the first evaluation
    const { highs, patience = PATIENCE } = this.#options;
    if (root.mayHaveMaster) standing.patience = patience;
    this.#cutOffRounds();
    const stalled = standing.stopped === 'stalled';
    if (stalled) {
      standing.stopped = null;
      standing.patience = Number.POSITIVE_INFINITY;
      const { instance, taskOf } = this.#problem;
      await root.climbByMaster(highs!, heldCopies(instance, taskOf, this.#options.start), this.#guide());
      this.#cutOffRounds();
    }
    return this.#proof({ proven: standing.proven, stalled });
  }

  #proof({ proven, stalled = false }: { proven: boolean; stalled?: boolean }): Proof {
    this.#options.handover?.close();
    const { best, bound } = this.#standing;
    return { bound: proven ? best : bound, proven, nodes: this.#tree.nodes, stalled };
  }

  /** Looks below one cut-off after the other, each farther from the root's bound, until nothing is left or time is over. */
  #cutOffRounds(): void {
    const standing = this.#standing;
    const root = standing.bound;
    const { grain } = this.#problem;
    let width = Math.max(FIRST_CUT.bound * root, FIRST_CUT.gap * (standing.best - root), FIRST_CUT.grains * grain);
    while (!standing.stopped) {
      standing.listen();
      if (standing.proven) break;
      standing.cut = Math.min(standing.lastCut, root + width);
      const { duals, kept } = this.#root;
      this.#tree.search({ cut: standing.cut, duals, kept: kept.settled.map((one) => one.duals) });
      if (!standing.stopped) standing.raise(standing.cut);
      if (!standing.proven && root + width >= standing.lastCut) break; // rounding alone stands between
      width *= WIDEN;
    }
  }

  /** What the root's ascents are told by. */
  #guide(): Guide {
    const standing = this.#standing;
    const lagrangian = this.#lagrangian;
    return {
      begin: () => standing.goOn(),
      target: (value) => Math.min(standing.lastCut, value * 1.003),
      look: (_, { value, exact }) => {
        standing.listen();
        if (exact) standing.record(this.#domains, lagrangian.x);
        standing.raise(value - lagrangian.rounding);
        return exact && value - lagrangian.rounding > standing.cut;
      },
    };
  }
}
