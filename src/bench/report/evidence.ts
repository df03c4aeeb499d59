import { HEURISTICS } from '../../heuristics/heuristics.ts';
import { median, middle } from '../../model/statistics.ts';
import { isRule, OURS } from '../contender.ts';
import { type Figures, figuresOf, type Run } from '../figures.ts';
import { PEERS } from '../peers/peers.ts';
import type { CaseRecord, RunRecord, Session } from '../records.ts';
import { groupBy, labelsOf } from '../summary.ts';

/** Whose the method is: colours go by it. */
export type Family = 'ours' | 'solver' | 'rule';

/** One run beside the others of its window. */
export interface Exhibit {
  readonly method: string; // as charts call it
  readonly family: Family;
  readonly case: CaseRecord;
  readonly run: Run;
  readonly figures: Figures;
}

export interface Method {
  readonly name: string;
  readonly family: Family;
  readonly limit: number; // seconds, of ours its deadline
}

/** All that a report tells of: runs side by side, and who ran. */
export interface Evidence {
  readonly sessions: readonly Session[];
  readonly versions: ReadonlyMap<string, string>; // contenders → version
  readonly exhibits: readonly Exhibit[];
  readonly methods: readonly Method[]; // ours by deadline, solvers, rules
  readonly suites: readonly string[]; // as measured
  readonly load: number; // of the machine, the median over runs
}

const FAMILIES: readonly Family[] = ['ours', 'solver', 'rule'];

/** Ours first, by deadline, then solvers, then rules in their usual order. */
const rankOf = ({ family, run }: Exhibit): number =>
  1e6 * FAMILIES.indexOf(family) +
  (family === 'ours'
    ? run.seconds
    : family === 'rule'
      ? [...HEURISTICS.keys()].indexOf(run.contender)
      : PEERS.indexOf(run.contender));

export function evidenceOf(sessions: readonly Session[], records: readonly RunRecord[]): Evidence {
  const versions = new Map(records.map(({ run, version }) => [run.contender, version]));
  const figures = [...groupBy(records, (record) => record.case.name).values()].flatMap((runs) =>
    figuresOf(
      runs[0]!.case,
      runs.map(({ run }) => run),
    ).map((figure, k) => ({ figure, record: runs[k]! })),
  );
  const order = new Map([...new Set(records.map((record) => record.case.name))].map((name, k) => [name, k]));
  const labelOf = labelsOf(figures.map(({ figure }) => figure));
  const exhibits = figures.map(({ figure, record }): Exhibit => {
    const { contender } = figure;
    const family = contender === OURS ? 'ours' : isRule(contender) ? 'rule' : 'solver';
    return {
      method: labelOf(figure).replace(OURS, 'Placewright'),
      family,
      case: record.case,
      run: record.run,
      figures: figure,
    };
  });
  exhibits.sort((a, b) => order.get(a.case.name)! - order.get(b.case.name)! || rankOf(a) - rankOf(b));
  const methods = [
    ...new Map(
      exhibits.map(({ method, family, run }) => [method, { name: method, family, limit: run.seconds }]),
    ).values(),
  ];
  const suites = [...new Set(records.map((record) => record.case.suite))];
  return { sessions, versions, exhibits, methods, suites, load: middle(records.map(({ load }) => load)) ?? 0 };
}

/** A method on one window, in the median over its repeats and seeds; null is more than anything. */
export interface OnWindow {
  readonly case: CaseRecord;
  readonly answered: boolean;
  readonly regret: number | null;
  readonly gap: number | null;
  readonly seconds: number | null;
  readonly toProof: number | null;
}

/** What a method did, window by window. */
export function byWindow({ exhibits }: Evidence, method: string, suite?: string): OnWindow[] {
  const own = exhibits.filter((one) => one.method === method && (suite === undefined || one.case.suite === suite));
  return [...groupBy(own, (one) => one.case.name).values()].map((runs) => {
    const mid = (value: (figures: Figures) => number | null) => median(runs.map(({ figures }) => value(figures)));
    return {
      case: runs[0]!.case,
      answered: runs.some(({ figures }) => figures.cost !== null),
      regret: mid(({ over }) => over),
      gap: mid(({ gap }) => gap),
      seconds: mid(({ seconds }) => seconds),
      toProof: mid(({ toProof }) => toProof),
    };
  });
}

/** The median regret of a method on a suite, of the windows where it placed as many copies as anyone; null: of none. */
export const medianRegret = (evidence: Evidence, method: string, suite: string): number | null =>
  middle(byWindow(evidence, method, suite).flatMap(({ regret }) => (regret === null ? [] : [regret])));

/** How far, at most, the best of a suite's windows are from their optima: the median over its windows. */
export function certifiedGap({ exhibits }: Evidence, suite: string): number | null {
  const windows = groupBy(
    exhibits.filter((one) => one.case.suite === suite),
    (one) => one.case.name,
  );
  return median(
    [...windows.values()].map(([one]) => {
      const { best, certified } = one!.figures;
      return best === null || certified === null ? null : gapOf(best, certified);
    }),
  );
}

/** How sure the best costs of a suite are, in words: within its certified gap. */
export const provenWords = (gap: number | null): string =>
  gap === null
    ? 'not certified'
    : percent(gap) === percent(0)
      ? 'proven optimal'
      : `proven optimal to within ${percent(gap)}`;

export const gapOf = (cost: number, bound: number): number => Math.max(0, cost - bound) / Math.abs(cost || 1);

/** Ours at its longest deadline. */
export const ours = ({ methods }: Evidence): Method | undefined => methods.findLast(({ family }) => family === 'ours');

/** The suite that the first charts show: the first with rules of thumb. */
export const mainSuite = ({ exhibits, suites }: Evidence): string | undefined =>
  suites.find((suite) => exhibits.some((one) => one.family === 'rule' && one.case.suite === suite));

/** A share in percent, with as many digits as count. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  const value = 100 * share;
  if (Math.abs(value) < 5e-5) return '0\u00a0%';
  if (Math.abs(value) < 0.01) return '<\u00a00.01\u00a0%';
  return `${value.toFixed(Math.abs(value) < 1 ? 2 : Math.abs(value) < 20 ? 1 : 0)}\u00a0%`;
}

/** Seconds with two or three digits. */
export const secondsOf = (value: number | null): string =>
  value === null
    ? '–'
    : value < 0.01
      ? `${(1000 * value).toFixed(1)}\u00a0ms`
      : value < 1
        ? `${(1000 * value).toFixed(0)}\u00a0ms`
        : `${value.toFixed(value < 10 ? 1 : 0)}\u00a0s`;
