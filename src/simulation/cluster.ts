import { demandedResources, FIT, freeOf } from '../model/rules.ts';
import { type Conditions, type Happening, type HappeningKind, keptAt } from './happening.ts';
import type { OpenJob } from './policy.ts';
import { Timetable, type Trace } from './trace.ts';

/** Least share of a job that is left before it ends: sums of seconds round. */
const LEAST_LEFT = 1e-12;

/** A job that runs. */
interface Run {
  readonly node: number;
  readonly began: number; // seconds
  readonly loading: number; // seconds of it in which nothing is done yet
  readonly ends: number; // seconds
}

/** What runs where on a simulated cluster. Every change is logged. */
export class Cluster {
  readonly times: Timetable;
  readonly #trace: Trace;
  readonly #conditions: Conditions;
  readonly #log: (happening: Happening) => void;
  readonly #saved: Float64Array; // jobs → share of the work that is safe
  readonly #runs = new Map<number, Run>();
  readonly #waiting = new Set<number>();
  readonly #free: Map<string, number>[]; // nodes → resource → amount

  constructor(trace: Trace, conditions: Conditions, log: (happening: Happening) => void) {
    this.#trace = trace;
    this.#conditions = conditions;
    this.#log = log;
    this.times = new Timetable(trace.window);
    this.#saved = new Float64Array(trace.arrivals.length);
    const resources = demandedResources(trace.window);
    this.#free = this.times.nodes.map(({ entry }) => new Map(resources.map((k) => [k, freeOf(entry, k)])));
  }

  /** Seconds at which the next running job ends, and which; Infinity: none runs. */
  get nextEnd(): { readonly time: number; readonly job: number } {
    let time = Number.POSITIVE_INFINITY;
    let job = -1;
    for (const [each, { ends }] of this.#runs) {
      if (ends > time || (ends === time && each > job)) continue;
      time = ends;
      job = each;
    }
    return { time, job };
  }

  get idle(): boolean {
    return this.#runs.size === 0;
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  arrive(job: number, time: number): void {
    this.#waiting.add(job);
    this.#tell('arrive', time, job, -1);
  }

  start(job: number, node: number, time: number): void {
    const seconds = this.times.row(job)[node]!;
    if (!this.#waiting.delete(job) || Number.isNaN(seconds))
      throw new Error(`job ${job} can not start on node ${node}`);
    const left = leftOf(this.#saved[job]!);
    const loading = this.#saved[job]! > 0 ? this.#conditions.loadSeconds : 0;
    this.#runs.set(job, { node, began: time, loading, ends: time + loading + left * seconds });
    this.#take(job, node, 1);
    this.#tell('start', time, job, node);
  }

  finish(job: number, time: number): void {
    const { node } = this.#end(job);
    this.times.forget(job);
    this.#tell('finish', time, job, node);
  }

  /** Stops a job; its progress is saved. */
  stop(job: number, time: number, kind: 'preempt' | 'move'): void {
    this.#save(job, time, whole);
    const { node } = this.#end(job);
    this.#waiting.add(job);
    this.#tell(kind, time, job, node);
  }

  /** A node fails: its jobs wait, and go back to their last checkpoints. */
  fail(node: number, time: number): void {
    this.#tell('fail', time, -1, node);
    for (const [job, run] of [...this.#runs].filter(([, each]) => each.node === node)) {
      this.#save(job, time, (worked) => keptAt(this.#conditions.checkpoint, worked));
      this.#end(job);
      this.#waiting.add(job);
      this.#tell('interrupt', time, job, run.node);
    }
  }

  repair(node: number, time: number): void {
    this.#tell('repair', time, -1, node);
  }

  nodeOf(job: number): number {
    return this.#runs.get(job)?.node ?? -1;
  }

  /** Jobs that wait, in the order of their arrival. */
  waiting(): OpenJob[] {
    return [...this.#waiting].sort(ascending).map((job) => this.#open(job, this.#saved[job]!, -1, 0));
  }

  /** Jobs that run, in the order of their arrival. */
  running(time: number): OpenJob[] {
    return [...this.#runs]
      .sort(([a], [b]) => a - b)
      .map(([job, { node, ends }]) => this.#open(job, this.#savedAt(job, time, whole), node, ends - time));
  }

  #open(job: number, saved: number, node: number, ends: number): OpenJob {
    const loads = saved > 0 ? this.#conditions.loadSeconds : 0;
    return { job, task: this.#trace.window.tasks[job]!, left: leftOf(saved), node, ends, loads };
  }

  /** Share of a running job that is safe where as much of the seconds worked since its start is kept as `kept` says. */
  #savedAt(job: number, time: number, kept: (worked: number) => number): number {
    const { node, began, loading } = this.#runs.get(job)!;
    const worked = Math.max(0, time - began - loading);
    return this.#saved[job]! + kept(worked) / this.times.row(job)[node]!;
  }

  #save(job: number, time: number, kept: (worked: number) => number): void {
    this.#saved[job] = this.#savedAt(job, time, kept);
  }

  #end(job: number): Run {
    const run = this.#runs.get(job)!;
    this.#runs.delete(job);
    this.#take(job, run.node, -1);
    return run;
  }

  /** Takes what a job demands of a node, or gives it back (`sign` −1). */
  #take(job: number, node: number, sign: number): void {
    const { entry } = this.times.nodes[node]!;
    const free = this.#free[node]!;
    for (const [k, demand] of Object.entries(this.#trace.window.tasks[job]!.demand)) {
      const rest = (free.get(k) ?? 0) - sign * demand;
      if (rest < -FIT * (entry.capacity[k] ?? 0))
        throw new Error(`node ${node} has no ${demand} of ${k} for job ${job}`);
      free.set(k, rest);
    }
  }

  #tell(kind: HappeningKind, time: number, job: number, node: number): void {
    this.#log({ kind, time, job, node });
  }
}

const whole = (worked: number): number => worked;
const leftOf = (saved: number): number => Math.max(LEAST_LEFT, 1 - saved);
const ascending = (a: number, b: number): number => a - b;
