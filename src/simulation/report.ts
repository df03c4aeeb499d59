import { demandedResources, freeOf } from '../model/rules.ts';
import { mean, quantile } from '../model/statistics.ts';
import type { Happening } from './happening.ts';
import { ratePerSecond } from './money.ts';
import { Timetable, type Trace } from './trace.ts';

/** Slices of time in a series. */
const SLICES = 24;

/** What came of a trace under one policy; every figure is made of the log alone. */
export interface Report {
  readonly jobs: number;
  readonly finished: number;
  /** Seconds that jobs would take on average, each on its fastest node from its arrival on: no policy does better. */
  readonly alone: number;
  /** Seconds from arrival to end. */
  readonly completion: { readonly mean: number; readonly p50: number; readonly p95: number; readonly max: number };
  /** Seconds from arrival to the first start. */
  readonly firstWait: { readonly mean: number; readonly p95: number };
  /** Seconds in which a job did not run between arrival and end. */
  readonly wait: { readonly mean: number; readonly p95: number };
  /** Seconds from the first arrival to the last end. */
  readonly makespan: number;
  /** Node price × seconds × share of the node held (of the resource of which it holds most). */
  readonly money: number;
  /** By resource, share of what all nodes have that was held: over the whole makespan, and in each of 24 slices of it. */
  readonly utilization: Record<string, { readonly mean: number; readonly series: number[] }>;
  readonly preemptions: number;
  readonly moves: number;
  /** Node failures up to the last end. */
  readonly failures: number;
  /** Jobs whose node failed under them, each of which is started again. */
  readonly interruptions: number;
}

/** Makes the report of a log. */
export function reportOf(trace: Trace, log: readonly Happening[]): Report {
  const { window, arrivals } = trace;
  const times = new Timetable(window);
  const { nodes } = times;
  const resources = demandedResources(window);
  const jobs = arrivals.length;
  const ended = new Float64Array(jobs).fill(Number.NaN);
  const begun = new Float64Array(jobs).fill(Number.NaN);
  const ran = new Float64Array(jobs); // seconds
  const since = new Float64Array(jobs);
  const count = (kind: Happening['kind']) => log.filter((line) => line.kind === kind).length;
  const makespan = log.findLast(({ kind }) => kind === 'finish')?.time ?? 0;
  const held = new Map(resources.map((k) => [k, new Series(makespan)]));
  let money = 0;

  for (const { kind, job, node, time } of log) {
    if (kind === 'start') {
      since[job] = time;
      if (Number.isNaN(begun[job]!)) begun[job] = time;
    }
    if (kind === 'finish') ended[job] = time;
    if (kind !== 'finish' && kind !== 'preempt' && kind !== 'move' && kind !== 'interrupt') continue;
    const seconds = time - since[job]!;
    ran[job]! += seconds;
    const { entry } = nodes[node]!;
    const task = window.tasks[job]!;
    for (const [k, demand] of Object.entries(task.demand)) held.get(k)?.add(since[job]!, time, demand);
    money += seconds * ratePerSecond(task, entry);
  }
  const done = Array.from(ended.keys()).filter((job) => !Number.isNaN(ended[job]!));
  const completion = done.map((job) => ended[job]! - arrivals[job]!);
  return {
    jobs,
    finished: done.length,
    alone: spread(done.map((job) => least(times.row(job)))).mean,
    completion: { ...spread(completion), p50: quantile(completion, 0.5) ?? 0, max: quantile(completion, 1) ?? 0 },
    firstWait: spread(done.map((job) => begun[job]! - arrivals[job]!)),
    wait: spread(done.map((job) => Math.max(0, ended[job]! - arrivals[job]! - ran[job]!))),
    makespan,
    money,
    utilization: Object.fromEntries(
      resources.map((k) => {
        const total = nodes.reduce((sum, { entry }) => sum + freeOf(entry, k), 0);
        return [k, held.get(k)!.shares(total)];
      }),
    ),
    preemptions: count('preempt'),
    moves: count('move'),
    failures: log.filter(({ kind, time }) => kind === 'fail' && time <= makespan).length,
    interruptions: count('interrupt'),
  };
}

/** The least number of a row; NaN is none. */
const least = (row: Float64Array): number =>
  row.reduce((found, value) => (value < found ? value : found), Number.POSITIVE_INFINITY);

const spread = (values: readonly number[]): { mean: number; p95: number } => ({
  mean: mean(values),
  p95: quantile(values, 0.95) ?? 0,
});

/** Amounts held over time, summed up in slices of equal length. */
class Series {
  readonly #until: number;
  readonly #sums = new Float64Array(SLICES); // amount × seconds

  constructor(until: number) {
    this.#until = until;
  }

  add(from: number, to: number, amount: number): void {
    const slice = this.#until / SLICES;
    for (let s = Math.min(SLICES - 1, Math.floor(from / slice)); s < SLICES && s * slice < to; s++)
      this.#sums[s]! += amount * Math.max(0, Math.min(to, (s + 1) * slice) - Math.max(from, s * slice));
  }

  /** As shares of a total. */
  shares(total: number): { mean: number; series: number[] } {
    const whole = total * this.#until;
    const sum = this.#sums.reduce((all, each) => all + each, 0);
    return {
      mean: whole > 0 ? sum / whole : 0,
      series: Array.from(this.#sums, (each) => (whole > 0 ? Number(((each * SLICES) / whole).toFixed(4)) : 0)),
    };
  }
}
