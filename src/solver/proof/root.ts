import type { Highs } from 'highs';
import { KeptDuals } from './kept-duals.ts';
import type { Lagrangian } from './lagrangian.ts';
import { ascendByMaster } from './root-master.ts';
import { SetPool } from './set-pool.ts';
import { type Ascent, ascend, type Guide } from './subgradient.ts';

/** Steps of the root's bound and their first size. */
const STEPS = { steps: 400, size: 1 };
/** Items up to which there is a master, whose linear programs can not be stopped. */
const MOST_ITEMS = 15_000;
/** Duals at which every round fixes anew: those of the steps, and few more of the master's, which are much alike. */
const KEPT = { ofSteps: 12, ofMaster: 3 };

/** The root of the tree: its bound is raised by steps and, where those stall, by Dantzig and Wolfe's master. */
export class Root {
  readonly kept = new KeptDuals();
  /** Tasks: the best found so far. */
  readonly duals: Float64Array;
  readonly #lagrangian: Lagrangian;
  readonly #pool: SetPool | null; // where there may be a master

  constructor(lagrangian: Lagrangian, duals: Float64Array, mayHaveMaster: boolean) {
    this.#lagrangian = lagrangian;
    this.duals = duals;
    this.#pool = mayHaveMaster && lagrangian.problem.task.length <= MOST_ITEMS ? new SetPool(lagrangian) : null;
  }

  get mayHaveMaster(): boolean {
    return this.#pool !== null;
  }

  /** Raises the bound by steps. */
  climb(ascent: Ascent, guide: Guide): void {
    ascend(this.#lagrangian, ascent, this.duals, STEPS, this.#guided(guide));
    this.kept.settle(KEPT.ofSteps);
  }

  /**
   * Raises it to where no steps come, from the sets and duals that they found; `held` (tiers) copies stay unplaced. Where
   * HiGHS fails, which may run out of memory, it stays where it got to.
   */
  async climbByMaster(highs: () => Promise<Highs>, held: Float64Array, guide: Guide): Promise<void> {
    try {
      ascendByMaster(
        await highs(),
        this.#lagrangian,
        this.#pool!,
        held,
        this.duals,
        this.kept.value,
        this.#guided(guide),
      );
    } catch {}
    this.kept.settle(KEPT.ofMaster);
  }

  #guided(guide: Guide): Guide {
    return {
      ...guide,
      look: (duals, step) => {
        this.#pool?.collect();
        this.kept.look(duals, step.value, step.step);
        return guide.look(duals, step);
      },
    };
  }
}
