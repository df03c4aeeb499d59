import { type Assignment, scoreOf } from '../../model/assignment.ts';
import type { Instance } from '../../model/instance.ts';
import { Domains } from './domains.ts';
import type { Handover } from './handover.ts';
import { Lagrangian } from './lagrangian.ts';
import { type ProofProblem, proofProblem } from './problem.ts';
import { type Exchange, Standing } from './standing.ts';
import { type Ascent, Average } from './subgradient.ts';
import { Tree } from './tree.ts';

export interface ExplorationOptions extends Exchange {
  /** A feasible assignment: the unplaced copies per tier that it leaves are held. */
  readonly start: Assignment;
  /** Capacity prices (node classes × resources), from which the duals begin. */
  readonly prices: Float64Array;
  /** Asked within steps, too, which may take long: true has them come to nothing. */
  late?(): boolean;
  /** The way to another thread that explores the same tree; default: there is none. */
  readonly handover?: Handover;
}

/** What it takes to explore a tree. */
export interface Exploration {
  readonly problem: ProofProblem;
  readonly domains: Domains;
  readonly lagrangian: Lagrangian;
  readonly standing: Standing;
  readonly ascent: Ascent;
  readonly tree: Tree;
}

/** Poses the proof of the least cost of an integral instance, nothing decided. */
export function explorationOf(instance: Omit<Instance, 'window'>, options: ExplorationOptions): Exploration {
  const { start, prices, late, handover } = options;
  const problem = proofProblem(instance, start);
  const domains = new Domains(problem);
  const lagrangian = new Lagrangian(problem, domains, prices, late);
  const standing = new Standing(problem, scoreOf(instance as Instance, start).cost, {
    expired: () => options.expired(),
    upper: () => Math.min(options.upper?.() ?? Number.POSITIVE_INFINITY, handover?.best ?? Number.POSITIVE_INFINITY),
    onImproved: (places, cost) => {
      options.onImproved(places, cost);
      handover?.tell(cost);
    },
    onBound: (bound) => options.onBound(bound),
  });
  const ascent = { direction: new Float64Array(problem.tasks), average: new Average(domains.cells) };
  return {
    problem,
    domains,
    lagrangian,
    standing,
    ascent,
    tree: new Tree(lagrangian, standing, ascent, handover ?? null),
  };
}
