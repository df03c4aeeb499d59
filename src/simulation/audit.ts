import { pairings } from '../model/pairing.ts';
import { FIT, freeOf, type NodeCopy, nodeCopies } from '../model/rules.ts';
import { type Conditions, type Happening, keptAt } from './happening.ts';
import type { Trace } from './trace.ts';

/** Relative rounding that is forgiven when work done is compared with work asked. */
const ROUNDING = 1e-6;
/** Rounding of seconds, relative to the time since the beginning. */
const TIME_ROUNDING = 1e-12;

type Expect = (holds: boolean, what: string) => void;

/** What a job is doing, as far as its happenings tell. */
interface Followed {
  state: 'absent' | 'waiting' | 'running' | 'done';
  node: number;
  began: number; // seconds
  loading: number; // seconds
  saved: number; // share of the work that is safe
}

/**
 * Follows a log line by line and throws at the first that can not be: time runs backwards, a job is lost, runs twice or
 * before it arrived, a node holds more than its capacity or runs anything while it is down, or a job ends before or
 * after its work is done. Knows the trace and the conditions only, nothing that the simulation computed.
 */
export class Audit {
  readonly #trace: Trace;
  readonly #conditions: Conditions;
  readonly #nodes: NodeCopy[];
  readonly #pairing: ReturnType<typeof pairings>;
  readonly #jobs: Followed[];
  readonly #held: Set<number>[];
  readonly #down: boolean[];
  #now = 0;
  #lines = 0;

  constructor(trace: Trace, conditions: Conditions) {
    this.#trace = trace;
    this.#conditions = conditions;
    this.#nodes = [...nodeCopies(trace.window).values()];
    this.#pairing = pairings(trace.window, () => false);
    this.#jobs = trace.window.tasks.map(() => ({ state: 'absent', node: -1, began: 0, loading: 0, saved: 0 }));
    this.#held = this.#nodes.map(() => new Set());
    this.#down = this.#nodes.map(() => false);
  }

  /** Takes the next line of the log. */
  readonly follow = (happening: Happening): void => {
    const { kind, time, job, node } = happening;
    this.#lines++;
    const expect: Expect = (holds, what) => {
      if (!holds) throw new Error(`conservation: line ${this.#lines}: ${what} (${JSON.stringify(happening)})`);
    };
    expect(time >= this.#now, `time runs backwards from ${this.#now}`);
    this.#now = time;
    if (kind === 'fail' || kind === 'repair') {
      expect(this.#down[node] === (kind === 'repair'), 'the node is that already');
      this.#down[node] = kind === 'fail';
    } else if (kind === 'arrive') {
      expect(this.#jobs[job]!.state === 'absent', 'the job arrived before');
      expect(time === this.#trace.arrivals[job], `it arrives at ${this.#trace.arrivals[job]}`);
      this.#jobs[job]!.state = 'waiting';
    } else if (kind === 'start') this.#start(happening, expect);
    else this.#end(happening, expect);
  };

  #start({ time, job, node }: Happening, expect: Expect): void {
    const followed = this.#jobs[job]!;
    expect(followed.state === 'waiting', `the job is ${followed.state}`);
    expect(!this.#down[node], 'the node is down');
    expect(
      this.#held.every((held, each) => !this.#down[each] || held.size === 0),
      'a node that failed still holds jobs',
    );
    followed.state = 'running';
    followed.node = node;
    followed.began = time;
    followed.loading = followed.saved > 0 ? this.#conditions.loadSeconds : 0;
    this.#held[node]!.add(job);
    const over = this.#over(node);
    expect(over === null, `the node is over its capacity of ${over}`);
  }

  /** A run ends: its job is done, or waits with what is kept of its work. */
  #end({ kind, time, job, node }: Happening, expect: Expect): void {
    const followed = this.#jobs[job]!;
    expect(followed.state === 'running' && followed.node === node, `the job is ${followed.state} on ${followed.node}`);
    expect((kind === 'interrupt') === this.#down[node]!, `the node is ${this.#down[node] ? 'down' : 'up'}`);
    const worked = Math.max(0, time - followed.began - followed.loading);
    const whole = this.#pairing(job, this.#nodes[node]!).time;
    followed.saved += (kind === 'interrupt' ? keptAt(this.#conditions.checkpoint, worked) : worked) / whole;
    followed.state = kind === 'finish' ? 'done' : 'waiting';
    this.#held[node]!.delete(job);
    const slack = ROUNDING + (TIME_ROUNDING * time) / whole;
    expect(followed.saved < 1 + slack, `${followed.saved} of the work is done`);
    if (kind === 'finish') expect(followed.saved > 1 - slack, `only ${followed.saved} of the work is done`);
  }

  /** To be called when the simulation has ended: every job is done, and no node holds any. */
  end(): void {
    const open = this.#jobs.findIndex(({ state }) => state !== 'done');
    if (open >= 0) throw new Error(`conservation: job ${open} is ${this.#jobs[open]!.state} at the end`);
    if (this.#held.some((held) => held.size > 0)) throw new Error('conservation: a node holds a job at the end');
  }

  /** A resource of which the jobs on a node take more than there is, or null. */
  #over(node: number): string | null {
    const { entry } = this.#nodes[node]!;
    const used = new Map<string, number>();
    for (const job of this.#held[node]!)
      for (const [k, d] of Object.entries(this.#trace.window.tasks[job]!.demand)) used.set(k, (used.get(k) ?? 0) + d);
    for (const [k, amount] of used)
      if (amount > freeOf(entry, k) + FIT * Math.max(entry.capacity[k] ?? 0, amount)) return k;
    return null;
  }
}
