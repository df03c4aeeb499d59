import { Cluster } from './cluster.ts';
import { Failures } from './failures.ts';
import type { Conditions, Happening } from './happening.ts';
import type { Decision, Policy, Situation } from './policy.ts';
import type { Trace } from './trace.ts';

/** Instants after which a simulation is given up: jobs that failures never let finish. */
const MOST_INSTANTS = 20_000_000;

export interface Simulated {
  readonly log: readonly Happening[];
  /** Windows that the policy was asked about. */
  readonly windows: number;
  /** Milliseconds that it took to decide them: of the real clock, and of nothing in the log. */
  readonly decidingMs: number;
}

export interface Watch {
  /** Called with every line of the log as it happens; what it throws ends the simulation. */
  readonly onHappening?: ((happening: Happening) => void) | undefined;
  /** Called after every window with the jobs finished so far. */
  readonly onWindow?: ((finished: number) => void) | undefined;
  /** Milliseconds of the real clock; only `decidingMs` is made of it. */
  readonly clock?: () => number;
}

/**
 * Replays a trace under a policy, event by event. At one instant jobs that end come first, then nodes that fail or are
 * repaired, then arrivals, then one window, if anything happened that may change what the policy decides.
 */
export async function simulate(
  trace: Trace,
  policy: Policy,
  conditions: Conditions,
  { onHappening, onWindow, clock = () => 0 }: Watch = {},
): Promise<Simulated> {
  const log: Happening[] = [];
  const replay = new Replay(trace, conditions, (happening) => {
    log.push(happening);
    onHappening?.(happening);
  });
  let windows = 0;
  let decidingMs = 0;
  let due = Number.POSITIVE_INFINITY; // seconds at which the next window is posed

  for (let instants = 0; replay.finished < trace.arrivals.length; instants++) {
    const time = Math.min(replay.next, due);
    if (time === Number.POSITIVE_INFINITY) throw new Error(`${policy.name} starts none of the jobs that wait`);
    if (instants > MOST_INSTANTS) throw new Error('some jobs do not finish: failures undo what they do');
    const before = log.length;
    replay.happen(time);
    if (log.length > before && due === Number.POSITIVE_INFINITY) due = nextWindow(time, conditions.every);
    if (due > time) continue;
    due = Number.POSITIVE_INFINITY;
    if (!replay.leavesChoice(policy)) continue;
    const began = clock();
    const decision = await policy.decide(replay.situation(time));
    decidingMs += clock() - began;
    windows++;
    replay.apply(policy, decision, time);
    onWindow?.(replay.finished);
  }
  return { log, windows, decidingMs };
}

/** A trace on its way: which jobs have arrived, what runs, which nodes are up. */
class Replay {
  finished = 0; // jobs
  #arrived = 0; // jobs
  readonly #trace: Trace;
  readonly #cluster: Cluster;
  readonly #failures: Failures;

  constructor(trace: Trace, conditions: Conditions, log: (happening: Happening) => void) {
    this.#trace = trace;
    this.#cluster = new Cluster(trace, conditions, log);
    this.#failures = new Failures(this.#cluster.times.nodes.length, conditions);
  }

  /** Seconds at which something happens next; Infinity: nothing will. */
  get next(): number {
    let next = Math.min(this.#trace.arrivals[this.#arrived] ?? Number.POSITIVE_INFINITY, this.#cluster.nextEnd.time);
    for (const flip of this.#failures.next) next = Math.min(next, flip);
    return next;
  }

  /** Lets all happen that happens at an instant. */
  happen(time: number): void {
    const cluster = this.#cluster;
    for (let end = cluster.nextEnd; end.time === time; end = cluster.nextEnd) {
      cluster.finish(end.job, time);
      this.finished++;
    }
    for (const [node, flip] of this.#failures.next.entries()) {
      if (flip !== time) continue;
      this.#failures.flip(node);
      if (this.#failures.isDown(node)) cluster.fail(node, time);
      else cluster.repair(node, time);
    }
    for (; this.#trace.arrivals[this.#arrived] === time; this.#arrived++) cluster.arrive(this.#arrived, time);
  }

  /** Whether there is anything to decide. */
  leavesChoice({ migrates }: Policy): boolean {
    return this.#cluster.hasWaiting || (migrates && !this.#cluster.idle);
  }

  situation(now: number): Situation {
    const { times } = this.#cluster;
    const up = times.nodes.map((_, j) => j).filter((j) => !this.#failures.isDown(j));
    return { now, waiting: this.#cluster.waiting(), running: this.#cluster.running(now), up, times };
  }

  /** Stops what is to stop or move, then starts what is to start. */
  apply({ preempts }: Policy, decision: Decision, time: number): void {
    if (preempts)
      for (const { job, node } of this.#cluster.running(time)) {
        const to = decision.get(job);
        if (to !== node) this.#cluster.stop(job, time, to === undefined ? 'preempt' : 'move');
      }
    for (const [job, node] of [...decision].sort(([a], [b]) => a - b))
      if (this.#cluster.nodeOf(job) < 0) this.#cluster.start(job, node, time);
  }
}

/** Seconds at which the window after something that happened at `time` is posed: at once, or at a multiple of `every`. */
const nextWindow = (time: number, every: number | null): number =>
  every === null ? time : Math.ceil(time / every) * every;
