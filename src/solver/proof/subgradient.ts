import type { Lagrangian } from './lagrangian.ts';

/** Steps without gain before they shrink, and by what. */
const PATIENCE = 10;
const SHRINK = 0.7;
/** Share of the direction before that a direction keeps. */
const MOMENTUM = 0.5;
/** Weight of the newest sets in the running average. */
const NEWEST = 0.1;

/** What an ascent works with and leaves behind. */
export interface Ascent {
  readonly direction: Float64Array; // tasks
  readonly average: Average;
}

/** Running mean of the best sets, which tends to the relaxation's primal solution (Barahona, Anbil 2000). */
export class Average {
  readonly #share: Float64Array; // cells → mean, as a multiple of #scale
  #scale = 1;

  constructor(cells: number) {
    this.#share = new Float64Array(cells);
  }

  of(cell: number): number {
    return this.#scale * this.#share[cell]!;
  }

  /** Gives `many` cells from `to` on the means of those from `from` on. */
  copy(from: number, to: number, many: number): void {
    this.#share.copyWithin(to, from, from + many);
  }

  /** Begins anew with the sets of an evaluation. */
  begin(lagrangian: Lagrangian): void {
    this.#share.fill(0);
    this.#scale = 1;
    this.#add(lagrangian, 1);
  }

  /** Takes in the sets of one more evaluation; what was there before fades instead of being multiplied cell by cell. */
  take(lagrangian: Lagrangian): void {
    this.#scale *= 1 - NEWEST;
    if (this.#scale < 1e-100) {
      for (let cell = 0; cell < this.#share.length; cell++) this.#share[cell]! *= this.#scale;
      this.#scale = 1;
    }
    this.#add(lagrangian, NEWEST / this.#scale);
  }

  #add({ chosen, chosenCells, x }: Lagrangian, weight: number): void {
    for (let n = 0; n < chosenCells; n++) this.#share[chosen[n]!]! += weight * x[chosen[n]!]!;
  }
}

/** One step: the bound at its duals, whether its sets hold every copy exactly once, its turn. */
export interface Step {
  readonly value: number;
  readonly exact: boolean;
  readonly step: number;
}

/** What the caller of an ascent decides. */
export interface Guide {
  /** Whether to make the next step. */
  begin(): boolean;
  /** What the next step aims at, given the best bound so far. */
  target(best: number): number;
  /** Looks at a step, the Lagrangian still at its duals; true ends the ascent. */
  look(duals: Float64Array, step: Step): boolean;
}

/**
 * Subgradient ascent of the Lagrangian's bound (Held, Wolfe, Crowder 1974; deflected directions: Camerini, Fratta, Maffioli
 * 1975). Leaves `duals` (tasks, ≥ 0) at the best found, unless it was ended by `look`.
 */
export function ascend(
  lagrangian: Lagrangian,
  { direction, average }: Ascent,
  duals: Float64Array,
  { steps, size }: { readonly steps: number; readonly size: number },
  guide: Guide,
): void {
  const { copies, tasks } = lagrangian.problem;
  const { cover } = lagrangian;
  const best = duals.slice();
  let bestValue = Number.NEGATIVE_INFINITY;
  let length = size;
  let stale = 0;
  direction.fill(0);
  for (let step = 0; step < steps; step++) {
    if (!guide.begin()) break;
    const value = lagrangian.evaluate(duals);
    if (value === Number.NEGATIVE_INFINITY) break; // out of time in the middle of it
    let norm = 0;
    let exact = true;
    for (let i = 0; i < tasks; i++) {
      const gradient = copies[i]! - cover[i]!;
      if (gradient !== 0) exact = false;
      direction[i] = (duals[i] === 0 && gradient < 0 ? 0 : gradient) + MOMENTUM * direction[i]!;
      norm += direction[i]! * direction[i]!;
    }
    if (step === 0) average.begin(lagrangian);
    else average.take(lagrangian);
    if (value > bestValue) {
      if (value > bestValue + 1e-6 * Math.abs(value)) stale = 0;
      bestValue = value;
      best.set(duals);
    }
    if (guide.look(duals, { value, exact, step })) return;
    if (++stale > PATIENCE) {
      length *= SHRINK;
      stale = 0;
    }
    if (norm < 1e-12) break;
    const stride = (length * Math.max(guide.target(bestValue) - value, 1e-9 * Math.abs(value))) / norm;
    for (let i = 0; i < tasks; i++) duals[i] = Math.max(0, duals[i]! + stride * direction[i]!);
  }
  duals.set(best);
}
