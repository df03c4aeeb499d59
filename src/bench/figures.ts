import type { Window } from '../model/window.ts';
import type { Case } from './case.ts';
import { type Checked, check, compareChecked, sameUnplaced } from './check.ts';
import { isRule, OURS } from './contender.ts';
import type { Measured } from './process.ts';

/** Whose turn it is: a contender, the seed of its search, its limit, and which of several repeats. */
export interface Turn {
  readonly contender: string;
  readonly seed: number;
  readonly seconds: number; // its limit
  readonly repeat: number; // from 1
}

/** One run of one contender on one case, before it is known what the others did. */
export interface Run extends Turn {
  readonly measured: Measured;
  readonly checked: Checked | null; // of its plan, recomputed; null where there is none
  readonly refused: string | null; // why its answer does not count
}

/** What runs are judged by, beside each other. */
export type CaseFacts = Pick<Case, 'name' | 'group' | 'everything' | 'known'>;

/** What a run is worth beside the others of its case. Seconds are null where that point was not reached. */
export interface Figures {
  readonly case: string;
  readonly group: string;
  readonly contender: string;
  readonly seed: number;
  readonly repeat: number;
  readonly limit: number; // seconds
  readonly status: string;
  readonly refused: string | null;
  readonly cost: number | null; // recomputed
  readonly unplaced: readonly number[] | null; // tiers → copies
  readonly bound: number | null; // its own, not contradicted by anyone's cost
  readonly gap: number | null; // its own
  readonly over: number | null; // share its cost is above the best of the run or published
  readonly best: number | null; // least cost of anyone, with the fewest unplaced copies, or published
  readonly certified: number | null; // the best bound of it that anyone has proven
  readonly seconds: number;
  readonly toOnePercent: number | null;
  readonly toHalfPercent: number | null;
  readonly toProof: number | null;
  readonly cpuSeconds: number | null;
  readonly peakMb: number | null;
}

const PROVED = 1.01e-6; // gaps that are asked to be at most 1e-6

/** Judges what a contender said: the plan is recomputed from the window, the cost it told must be the plan's. */
export function judge(window: Window, turn: Turn, measured: Measured, everything: boolean): Run {
  const { outcome } = measured;
  const run = { ...turn, measured };
  if (!outcome?.plan) return { ...run, checked: null, refused: null };
  const checked = check(window, outcome.plan);
  const short = checked.unplaced.reduce((sum, copies) => sum + copies, 0);
  const { cost } = outcome;
  let refused: string | null = checked.faults[0] ?? null;
  if (everything && short > 0 && turn.contender !== OURS && !isRule(turn.contender))
    refused ??= `${short} copies unplaced`;
  // a solver that stops early may count a node as open that holds nothing: its plan is then cheaper than it says
  const slack = 1e-5 * Math.abs(checked.cost) + 1e-9;
  if (cost !== null && (checked.cost > cost + slack || (turn.contender === OURS && checked.cost < cost - slack)))
    refused ??= `told a cost of ${cost}, its plan costs ${checked.cost}`;
  return { ...run, checked, refused };
}

/** Sets the runs of one case side by side. Bounds above a cost that someone has are refuted, and do not count. */
export function figuresOf(one: CaseFacts, runs: readonly Run[]): Figures[] {
  const counting = runs.filter(({ checked, refused }) => checked && !refused);
  const best = counting.map(({ checked }) => checked!).sort(compareChecked)[0];
  const fullest = (checked: Checked) => best !== undefined && sameUnplaced(checked, best);
  const cheapest = Math.min(best?.cost ?? Number.POSITIVE_INFINITY, one.known?.best ?? Number.POSITIVE_INFINITY);
  const unplacedByBest = best?.unplaced.reduce((sum, copies) => sum + copies, 0) ?? 0;
  const comparable = (checked: Checked | null) => (checked ? fullest(checked) : one.everything && unplacedByBest === 0);
  const sound = ({ measured, checked, refused }: Run): number | null => {
    const bound = measured.outcome?.bound ?? null;
    if (bound === null || refused || !comparable(checked)) return null;
    return bound > cheapest + 2e-6 * Math.abs(cheapest) ? null : bound;
  };
  const bounds = runs.map(sound).filter((bound) => bound !== null);
  const bestBound = Math.max(one.known?.bound ?? Number.NEGATIVE_INFINITY, ...bounds);

  return runs.map((run) => {
    const { contender, seed, repeat, seconds: limit, measured, checked, refused } = run;
    const { outcome, end } = measured;
    const seconds = (outcome?.ms ?? 1000 * limit) / 1000;
    const counts = checked !== null && !refused;
    const bound = sound(run);
    const refuted = counts && fullest(checked) && bound === null && (outcome?.bound ?? null) !== null;
    const gap = counts && bound !== null ? gapOf(checked.cost, bound) : null;
    const within = (share: number): number | null => {
      if (!counts || !Number.isFinite(bestBound)) return null;
      const ms = outcome?.incumbents.find(
        ({ cost, unplaced }) => Math.abs(unplaced - unplacedByBest) < 1e-6 && gapOf(cost, bestBound) <= share,
      )?.ms;
      return ms === undefined ? null : ms / 1000;
    };
    return {
      case: one.name,
      group: one.group,
      contender,
      seed,
      repeat,
      limit,
      status: refused ? 'refused' : end === 'answered' ? outcome!.status : end,
      refused: refused ?? (refuted ? `its bound ${outcome!.bound} is above a cost of ${cheapest}` : null),
      cost: counts ? checked.cost : null,
      unplaced: counts ? checked.unplaced : null,
      bound,
      gap,
      over: counts && fullest(checked) ? (checked.cost - cheapest) / Math.abs(cheapest || 1) : null,
      best: Number.isFinite(cheapest) ? cheapest : null,
      certified: Number.isFinite(bestBound) ? bestBound : null,
      seconds,
      toOnePercent: within(0.01),
      toHalfPercent: within(0.005),
      toProof: gap !== null && gap <= PROVED ? seconds : null,
      cpuSeconds: measured.cpuMs === null ? null : measured.cpuMs / 1000,
      peakMb: measured.peakMb,
    };
  });
}

/** (cost − bound) / |cost|, 0 when both are 0. */
const gapOf = (cost: number, bound: number): number =>
  cost === bound ? 0 : Math.max(0, cost - bound) / Math.abs(cost || 1);
