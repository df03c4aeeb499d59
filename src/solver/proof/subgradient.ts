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
  /** Cells → running mean of the best sets, which tends to the relaxation's primal solution (Barahona, Anbil 2000). */
  readonly average: Float64Array;
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
  const { cover, x, domains } = lagrangian;
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
    const newest = step === 0 ? 1 : NEWEST;
    for (let cell = 0; cell < domains.cells; cell++) average[cell]! += newest * (x[cell]! - average[cell]!);
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
