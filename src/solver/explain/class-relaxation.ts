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
  readonly prices: Float64Array; // node classes (of a node that stands alone: none but it) × resources, ≥ 0
}

/** A relaxation as a program, costs divided by a unit. */
interface Program {
  readonly program: LinearProgram;
  readonly rowOf: Int32Array; // classes × resources, then resources of the node apart → row; −1: nothing is demanded there
}

/**
 * The relaxation of a window over node classes as one linear program: copies split, nodes opened in part, side rules left out,
 * the unplaced copies of each tier held.
 */
export class ClassRelaxation {
  readonly #state: SolveState;
  readonly #budget: Budget;
  readonly #unit: number; // what the costs are divided by
  #solves = 0;

  constructor(state: SolveState, budget: Budget) {
    const { cost } = state.incumbents.best.score;
    this.#state = state;
    this.#budget = budget;
    this.#unit = cost > 0 ? cost / state.instance.tasks : 1;
  }

  /** Whether a window has such a relaxation of a size to be solved several times. */
  static suits({ pairs }: Instance): boolean {
    return pairs.node.length > 0 && pairs.node.length <= MOST_PAIRS;
  }

  /** Solves it; null when time or steps end, or it is not solved to the optimum. */
  async solve(): Promise<Relaxed | null> {
    const { program, rowOf } = this.#programWith(-1);
    return this.#solved(program, rowOf);
  }

  /** Whether there is neither time nor a step left to solve it. */
  get spent(): boolean {
    return this.#budget.remainingMs() <= 2 * GRACE_MS || this.#solves >= this.#budget.steps;
  }

  /** The same relaxation with one node of class q apart from the others, and open. */
  alone(q: number): NodeRelaxation {
    const { instance } = this.#state;
    const { program, rowOf } = this.#programWith(q);
    const rows = rowOf.subarray(instance.free.length);
    return new NodeRelaxation(instance, q, program, rows, (changed) => this.#solved(changed, rows));
  }

  #programWith(alone: number): Program {
    return programOf(this.#state.instance, this.#state.heldCopies(), this.#unit, alone);
  }

  async #solved(program: LinearProgram, rows: Int32Array): Promise<Relaxed | null> {
    const { instance, engines, signal } = this.#state;
    if (this.spent) return null;
    this.#solves++;
    const remaining = this.#budget.remainingMs();
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
    const prices = Float64Array.from(rows, (row) => (row < 0 ? 0 : this.#unit * Math.max(0, -rowDuals[row]!)));
    return { value: this.#unit * objective, prices };
  }
}

/** The relaxation with one node apart from others of its class, and open, which may have more of one capacity. */
export class NodeRelaxation {
  /** What opening the node costs. */
  readonly opening: number;
  readonly #free: Float64Array; // resources
  readonly #program: LinearProgram;
  readonly #rows: Int32Array; // resources → row of the node
  readonly #run: (program: LinearProgram) => Promise<Relaxed | null>;

  constructor(
    { opening, free, width }: Instance,
    q: number,
    program: LinearProgram,
    rows: Int32Array,
    run: (program: LinearProgram) => Promise<Relaxed | null>,
  ) {
    this.opening = opening?.[q] ?? 0;
    this.#free = free.subarray(q * width, (q + 1) * width);
    this.#program = program;
    this.#rows = rows;
    this.#run = run;
  }

  /** Solves it with `more` of resource k on the node, whose prices are told; null where the relaxation is not solved. */
  async solve(k: number, more: number): Promise<Relaxed | null> {
    const solved = await this.#run({
      ...this.#program,
      rowUpper: raised(this.#program.rowUpper, this.#rows[k]!, more),
    });
    return solved && { ...solved, value: solved.value + this.opening };
  }

  /** What the capacity of the node is worth at these prices (resources), beyond what opening it costs. */
  net(prices: Float64Array): number {
    return this.#free.reduce((net, free, k) => net + prices[k]! * free, -this.opening);
  }

  /** More of resource k than all of this could be of use: so much that everything that may run there fits. */
  enough(k: number): number {
    const row = this.#rows[k]!;
    const { start, rowIndex, value, upper, rowUpper, columns } = this.#program;
    let most = 0;
    for (let c = 0; c < columns; c++)
      for (let e = start[c]!; e < start[c + 1]!; e++) if (rowIndex[e] === row) most += value[e]! * upper[c]!;
    return Math.max(0, most - rowUpper[row]!);
  }
}

function raised(limits: Float64Array, row: number, more: number): Float64Array {
  const copy = limits.slice();
  copy[row]! += more;
  return copy;
}

/** The program; of class `alone` (−1: none) one node is apart, its cost of opening left out. */
function programOf(instance: Instance, held: Float64Array, unit: number, alone: number): Program {
  const { pairs, tasks, count, tier, width, size, free, opening, nodes } = instance;
  const builder = new LinearProgramBuilder();
  const taskRow = Int32Array.from({ length: tasks }, (_, i) =>
    hasPairs(instance, i) ? builder.row(count[i]!, count[i]!) : -1,
  );
  const tierRow = Int32Array.from(held, (copies) => (copies > 0 ? builder.row(copies, copies) : -1));
  const rowOf = new Int32Array(free.length + width).fill(-1);
  const many = (q: number) => size[q]! - (q === alone ? 1 : 0);
  const opens = (q: number) => q < nodes.classes && opening !== null && opening[q]! > 0;

  // pairs of a class, or of the node apart, whose rows follow those of the classes
  const place = (i: number, p: number, q: number, room: number) => {
    builder.column(pairs.cost[p]! / unit, 0, count[i]!);
    builder.entry(taskRow[i]!, 1);
    for (let k = 0; k < width; k++) {
      const demand = pairs.demand[pairs.row[p]! * width + k]!;
      if (demand === 0) continue;
      const at = q * width + k;
      const limit = opens(q) ? 0 : room * free[pairs.node[p]! * width + k]!;
      if (rowOf[at]! < 0) rowOf[at] = builder.row(Number.NEGATIVE_INFINITY, limit);
      builder.entry(rowOf[at]!, demand);
    }
  };
  for (let i = 0; i < tasks; i++) {
    if (taskRow[i]! < 0) continue;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const q = pairs.node[p]!;
      if (many(q) > 0) place(i, p, q, many(q));
      if (q === alone) place(i, p, nodes.classes, 1);
    }
    if (tierRow[tier[i]!]! < 0) continue;
    builder.column(0, 0, count[i]!);
    builder.entry(taskRow[i]!, 1);
    builder.entry(tierRow[tier[i]!]!, 1);
  }

  // nodes of a class that are open: what is there has to be in them
  for (let q = 0; q < nodes.classes; q++) {
    if (!opens(q) || many(q) === 0) continue;
    builder.column(opening![q]! / unit, 0, many(q));
    for (let k = 0; k < width; k++)
      if (rowOf[q * width + k]! >= 0) builder.entry(rowOf[q * width + k]!, -free[q * width + k]!);
  }
  return { program: builder.build(), rowOf };
}
