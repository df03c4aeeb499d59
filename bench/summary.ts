import type { Figures } from './figures.ts';

/** A contender over all windows of a group; medians over windows, of ours first over its search seeds. */
export interface Line {
  readonly group: string;
  readonly contender: string;
  readonly windows: number; // that it was given
  readonly answered: number; // with a plan that passed the check
  readonly proved: number;
  readonly unplaced: readonly number[]; // tiers → copies, added up
  readonly over: number | null;
  readonly gap: number | null;
  readonly seconds: number | null;
  readonly total: number; // seconds of all windows
  readonly oursToTheirsSeconds: number | null; // median of our seconds / its, window by window
  readonly oursToTheirsCpu: number | null; // the same of processor seconds
  readonly oursToTheirsCost: number | null; // median of our cost / its − 1
  readonly toOnePercent: number | null;
  readonly toHalfPercent: number | null;
  readonly toProof: number | null;
  readonly cpuSeconds: number | null;
  readonly peakMb: number | null; // the most
}

const OURS = 'placewright';

/** Sums figures up, group by group in their order, ours first. */
export function summarise(figures: readonly Figures[]): Line[] {
  const lines: Line[] = [];
  for (const [group, members] of groupBy(figures, ({ group }) => group)) {
    const ours = byWindow(members.filter(({ contender }) => contender === OURS));
    for (const [contender, runs] of groupBy(members, ({ contender }) => contender))
      lines.push(lineOf(group, contender, byWindow(runs), ours));
  }
  return lines;
}

/** One entry per window: the runs of its search seeds. */
const byWindow = (runs: readonly Figures[]): Map<string, Figures[]> => groupBy(runs, (run) => run.case);

function lineOf(
  group: string,
  contender: string,
  windows: ReadonlyMap<string, readonly Figures[]>,
  ours: ReadonlyMap<string, readonly Figures[]>,
): Line {
  const all = [...windows.values()];
  const each = (value: (run: Figures) => number | null) => median(all.map((runs) => median(runs.map(value))));
  const beside = (value: (run: Figures) => number | null, ratio: (mine: number, its: number) => number) =>
    contender === OURS
      ? null
      : median(
          [...windows].map(([name, runs]) => {
            const mine = median((ours.get(name) ?? []).map(value));
            const its = median(runs.map(value));
            return mine === null || its === null || its === 0 ? null : ratio(mine, its);
          }),
          true,
        );
  const answered = all.filter((runs) => runs.some(({ cost }) => cost !== null));
  const unplaced = answered.map((runs) => runs.filter(({ cost }) => cost !== null)[0]!.unplaced!);
  const peaks = all.flat().flatMap(({ peakMb }) => (peakMb === null ? [] : [peakMb]));
  return {
    group,
    contender,
    windows: all.length,
    answered: answered.length,
    proved: all.filter((runs) => median(runs.map(({ toProof }) => toProof)) !== null).length,
    unplaced: (unplaced[0] ?? []).map((_, t) => unplaced.reduce((sum, tiers) => sum + tiers[t]!, 0)),
    over: each(({ over }) => over),
    gap: each(({ gap }) => gap),
    seconds: each(({ seconds }) => seconds),
    total: all.reduce((sum, runs) => sum + (median(runs.map(({ seconds }) => seconds)) ?? 0), 0),
    oursToTheirsSeconds: beside(({ seconds }) => seconds, quotient),
    oursToTheirsCpu: beside(({ cpuSeconds }) => cpuSeconds, quotient),
    oursToTheirsCost: beside(
      ({ over }) => (over === null ? null : 1 + over),
      (mine, its) => mine / its - 1,
    ),
    toOnePercent: each(({ toOnePercent }) => toOnePercent),
    toHalfPercent: each(({ toHalfPercent }) => toHalfPercent),
    toProof: each(({ toProof }) => toProof),
    cpuSeconds: each(({ cpuSeconds }) => cpuSeconds),
    peakMb: peaks.length > 0 ? Math.max(...peaks) : null,
  };
}

const quotient = (mine: number, its: number): number => mine / its;

/** The lower median; null counts as more than anything (not reached), or is left out where `known` values only count. */
export function median(values: readonly (number | null)[], known = false): number | null {
  const list = known ? values.filter((value) => value !== null) : values;
  const sorted = [...list].sort((a, b) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value)) ?? [];
    groups.set(keyOf(value), group);
    group.push(value);
  }
  return groups;
}
