import { CONDITIONS, type Conditions } from '../simulation/happening.ts';
import type { Liberties } from '../simulation/heuristic-policy.ts';
import type { SolverLimits } from '../simulation/optimal-policy.ts';
import { BadInput } from './bad-input.ts';

/** What may be typed of a simulation, as typed. */
export interface TraceFlags {
  preempt?: boolean;
  migrate?: boolean;
  restart?: string;
  every?: string;
  mtbf?: string;
  mttr?: string;
  checkpoint?: string;
  compress?: string;
  seed?: string;
  work?: string;
  deadline?: string;
  worth?: string;
  throughputs?: string;
  take?: string;
  gpus?: string;
  gpusPerNode?: string;
  jobs?: string;
  load?: string;
}

/** What numbers a flag may have. */
interface Range {
  readonly least: number;
  readonly most?: number;
  readonly whole?: boolean;
}

const POSITIVE: Range = { least: 1e-9, most: 1e15 };
const NOT_NEGATIVE: Range = { least: 0, most: 1e15 };

/** The number of a flag, or what holds without it. */
export function numberOf<T>(
  flag: string,
  text: string | undefined,
  { least, most = 1e15, whole }: Range,
  absent: T,
): number | T {
  if (text === undefined) return absent;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new BadInput(
    'usage',
    `Expected ${whole ? 'a whole number' : 'a number'} from ${least} to ${most} in --${flag}, found "${text.slice(0, 40)}". Maybe leave it out.`,
  );
}

/** The conditions, limits and liberties that flags set. */
export function simulationOptions(flags: TraceFlags): {
  conditions: Conditions;
  limits: SolverLimits;
  liberties: Liberties;
} {
  const seed = numberOf('seed', flags.seed, { least: 0, most: 0xffff_ffff, whole: true }, CONDITIONS.seed);
  if (flags.work !== undefined && flags.deadline !== undefined)
    throw new BadInput(
      'usage',
      'Expected --work or --deadline, found both. Maybe --work alone: its figures can be had again.',
    );
  const deadlineMs = numberOf('deadline', flags.deadline, { least: 1, most: 3_600_000, whole: true }, null);
  const conditions: Conditions = {
    every: numberOf('every', flags.every, POSITIVE, CONDITIONS.every),
    loadSeconds: numberOf('restart', flags.restart, NOT_NEGATIVE, CONDITIONS.loadSeconds),
    checkpoint:
      flags.checkpoint === 'none'
        ? Number.POSITIVE_INFINITY
        : numberOf('checkpoint', flags.checkpoint, NOT_NEGATIVE, CONDITIONS.checkpoint),
    mtbf: numberOf('mtbf', flags.mtbf, POSITIVE, CONDITIONS.mtbf),
    mttr: numberOf('mttr', flags.mttr, POSITIVE, CONDITIONS.mttr),
    seed,
  };
  const work = deadlineMs === null ? numberOf('work', flags.work, { least: 1, whole: true }, 1) : null;
  return {
    conditions,
    limits: { deadlineMs: deadlineMs ?? 1000, work, seed, worth: numberOf('worth', flags.worth, NOT_NEGATIVE, 0) },
    liberties: { preempts: Boolean(flags.preempt || flags.migrate), migrates: Boolean(flags.migrate) },
  };
}
