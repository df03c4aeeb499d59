import { hasPairs } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import { type LinearProgram, LinearProgramBuilder } from '../../model/linear-program.ts';
import type { Budget } from '../budget.ts';
import { chooseEngine } from '../choose-engine.ts';
import type { SolveState } from '../state.ts';

/** Largest relaxation that is solved as one program. */
const MOST_PAIRS = 20_000;
/** Milliseconds after which even an engine that counts steps is ended. */
const MOST_MS_BY_STEPS = 600_000;
/** Milliseconds, and share of what remains, between an engine's own time limit and the end of its thread. */
const GRACE_MS = 4;
const GRACE_SHARE = 0.04;

/** The relaxation's value, and what one more unit of each capacity takes off it at the margin. */
export interface Relaxed {
  readonly value: number;
  readonly prices: Float64Array; // node classes × resources, ≥ 0
}

/**
 * The relaxation of a window over node classes as one linear program: copies split, side rules left out, the unplaced copies
 * of each tier held. Not for opening costs.
 */
export class ClassRelaxation {
  readonly #state: SolveState;
  readonly #budget: Budget;
  readonly #program: LinearProgram;
  readonly #rowOf: Int32Array; // node classes × resources → row; −1: nothing is demanded there
  readonly #unit: number; // what the costs are divided by
  #solves = 0;

  constructor(state: SolveState, budget: Budget) {
    const { instance } = state;
    const { cost } = state.incumbents.best.score;
    this.#state = state;
    this.#budget = budget;
    this.#unit = cost > 0 ? cost / instance.tasks : 1;
    [this.#program, this.#rowOf] = programOf(instance, state.heldCopies(), this.#unit);
  }

  /** Whether a window has such a relaxation, of a size to be solved several times. */
  static suits({ opening, pairs }: Instance): boolean {
    return opening === null && pairs.node.length > 0 && pairs.node.length <= MOST_PAIRS;
  }

  /** Solves it with `more` of one capacity; null when time or steps end, or it is not solved to the optimum. */
  async solve(capacity = -1, more = 0): Promise<Relaxed | null> {
    const { instance, engines, signal } = this.#state;
    const remaining = this.#budget.remainingMs();
    if (remaining <= 2 * GRACE_MS || this.#solves++ >= this.#budget.steps) return null;
    const program =
      capacity < 0
        ? this.#program
        : { ...this.#program, rowUpper: raised(this.#program.rowUpper, this.#rowOf[capacity]!, more) };
    const timed = Number.isFinite(remaining);
    const { outcome } = await engines.run({
      engine: chooseEngine(instance.window.engine, instance.pairs.node.length, false),
      program,
      limits: timed ? { timeLimitMs: remaining - GRACE_MS - GRACE_SHARE * remaining } : {},
      endAfterMs: timed ? remaining : MOST_MS_BY_STEPS,
      signal,
    });
    const { truth, objective, rowDuals } = outcome;
    if (truth !== 'optimal' || objective === null || rowDuals === null) return null;
    const prices = Float64Array.from(this.#rowOf, (row) => (row < 0 ? 0 : this.#unit * Math.max(0, -rowDuals[row]!)));
    return { value: this.#unit * objective, prices };
  }

  /** More of a capacity than all of this could be of use: so much that everything that may run there fits. */
  enough(capacity: number): number {
    const row = this.#rowOf[capacity]!;
    const { start, rowIndex, value, upper, rowUpper, columns } = this.#program;
    let most = 0;
    for (let c = 0; c < columns; c++)
      for (let k = start[c]!; k < start[c + 1]!; k++) if (rowIndex[k] === row) most += value[k]! * upper[c]!;
    return Math.max(0, most - rowUpper[row]!);
  }
}

function raised(limits: Float64Array, row: number, more: number): Float64Array {
  const copy = limits.slice();
  copy[row]! += more;
  return copy;
}

/** The program, and the row of each capacity. */
function programOf(instance: Instance, held: Float64Array, unit: number): [LinearProgram, Int32Array] {
  const { pairs, tasks, count, tier, width, size, free } = instance;
  const builder = new LinearProgramBuilder();
  const taskRow = Int32Array.from({ length: tasks }, (_, i) =>
    hasPairs(instance, i) ? builder.row(count[i]!, count[i]!) : -1,
  );
  const tierRow = Int32Array.from(held, (copies) => (copies > 0 ? builder.row(copies, copies) : -1));
  const rowOf = new Int32Array(free.length).fill(-1);
  for (let i = 0; i < tasks; i++) {
    if (taskRow[i]! < 0) continue;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      builder.column(pairs.cost[p]! / unit, 0, count[i]!);
      builder.entry(taskRow[i]!, 1);
      for (let k = 0; k < width; k++) {
        const demand = pairs.demand[pairs.row[p]! * width + k]!;
        if (demand === 0) continue;
        const at = pairs.node[p]! * width + k;
        if (rowOf[at]! < 0) rowOf[at] = builder.row(Number.NEGATIVE_INFINITY, size[pairs.node[p]!]! * free[at]!);
        builder.entry(rowOf[at]!, demand);
      }
    }
    if (tierRow[tier[i]!]! < 0) continue;
    builder.column(0, 0, count[i]!);
    builder.entry(taskRow[i]!, 1);
    builder.entry(tierRow[tier[i]!]!, 1);
  }
  return [builder.build(), rowOf];
}
