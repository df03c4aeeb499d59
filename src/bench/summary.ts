import { median } from '../model/statistics.ts';
import { isRule, OURS } from './contender.ts';
import type { Figures } from './figures.ts';

/** A contender over all windows of a group; medians over windows, of each first over its repeats and, of ours, search seeds. */
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
  readonly spread: readonly [number, number] | null; // least and most seconds of repeats of one window, as shares of their median; the median over windows
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

/** Sums figures up, group by group in their order, ours first. */
export function summarise(figures: readonly Figures[]): Line[] {
  const lines: Line[] = [];
  for (const [group, members] of groupBy(figures, ({ group }) => group)) {
    const mine = members.filter(({ contender }) => contender === OURS);
    const longest = Math.max(...mine.map(({ limit }) => limit));
    const ours = byWindow(mine.filter(({ limit }) => limit === longest));
    for (const [label, runs] of groupBy(members, labelsOf(members)))
      lines.push(lineOf(group, label, byWindow(runs), ours));
  }
  return lines;
}

/** How runs are called: ours by its deadline, too, where it had several. */
export function labelsOf(figures: readonly Figures[]): (run: Figures) => string {
  const limits = new Set(figures.filter(({ contender }) => contender === OURS).map(({ limit }) => limit));
  return ({ contender, limit }) => (contender === OURS && limits.size > 1 ? `${OURS} ${limit} s` : contender);
}

/** One entry per window: its repeats and search seeds. */
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
    contender.startsWith(OURS) || isRule(contender)
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
    spread: spreadOf(all.map((runs) => runs.map(({ seconds }) => seconds))),
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

/** Least and most of each window's seconds as shares of their median, in the median over windows. */
function spreadOf(windows: readonly (readonly number[])[]): [number, number] | null {
  const several = windows.filter((seconds) => seconds.length > 1 && median(seconds)! > 0);
  if (several.length === 0) return null;
  const share = (end: (seconds: readonly number[]) => number) =>
    median(several.map((seconds) => end(seconds) / median(seconds)!))!;
  return [share((seconds) => Math.min(...seconds)), share((seconds) => Math.max(...seconds))];
}

const quotient = (mine: number, its: number): number => mine / its;

/** Values by key, keys and values in their order. */
export function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value)) ?? [];
    groups.set(keyOf(value), group);
    group.push(value);
  }
  return groups;
}
