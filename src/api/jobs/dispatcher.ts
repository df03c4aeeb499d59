import { now } from '../../solver/budget.ts';
import type { Limits } from '../guard/limits.ts';
import { type Cause, JobFailed, type Planner, PlannerLost } from '../planners/planner.ts';
import { Planners } from '../planners/planners.ts';
import type { Settings } from '../settings/schema.ts';
import type { Job } from './job.ts';
import { hungAt, mayTryAgain, mustBegin, shouldBegin, withoutEngines } from './patience.ts';
import { FairQueue } from './queue.ts';
import { refusal } from './refusal.ts';

/** The settings that say how jobs and planners are brought together. */
export type DispatcherOptions = Limits &
  Pick<
    Settings,
    | 'planners'
    | 'spares'
    | 'memoryMb'
    | 'recycleAfter'
    | 'recycleMemoryMb'
    | 'queueLength'
    | 'queueBytes'
    | 'longMs'
    | 'longShare'
  >;

/** Who wants to know what happens at a desk. */
export interface DeskObserver {
  /** A planner takes a job for the first time. */
  begun(job: Job): void;
  /** A job is over. */
  over(job: Job): void;
  /** A planner ended. */
  ended(cause: Cause): void;
  /** A job is tried again. */
  again(job: Job, cause: Cause | 'bug'): void;
  /** A planner wrote to its standard error, or threw. */
  words(words: string): void;
}

/** A job at work. */
interface AtWork {
  readonly job: Job;
  readonly planner: Planner;
  readonly call: number;
  readonly begun: number; // time of now()
  /** Time of now() of the last look that was put aside, and whether something happened since. */
  looked: number;
  news: boolean;
}

/** Jobs that a planner takes at most, once waiting jobs are due. */
const MOST_IN_HAND = 4;
/** Milliseconds between two looks at the jobs at work, and between two answers put aside of one. */
const ROUND_MS = 250;
const ASIDE_MS = 5000;
/** Milliseconds that a look may take. */
const LOOK_MS = 2000;
/** Times that a planner may run out of memory with a job; the second is without engines. */
const MOST_OUT_OF_MEMORY = 2;
/** Weight of the last job in the mean time of jobs. */
const MEAN_WEIGHT = 0.05;

/**
 * Brings jobs and planners together. A job waits its turn until a planner is free or, at the latest, until it is due: then
 * it goes beside another's. When its planner dies, it is tried again.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #limits: Limits;
  readonly #observer: Partial<DeskObserver>;
  readonly #planners: Planners;
  readonly #queue: FairQueue<Job>;
  /** Jobs whose planner died: they go first. */
  readonly #again: Job[] = [];
  readonly #atWork = new Map<Job, AtWork>();
  readonly #rounds: NodeJS.Timeout;
  #due: NodeJS.Timeout | undefined;
  #meanMs = 100;

  constructor(options: DispatcherOptions, observer: Partial<DeskObserver>) {
    const { maxTasks, maxNodes, maxPairs, maxDeadlineMs } = options;
    this.#options = options;
    this.#limits = { maxTasks, maxNodes, maxPairs, maxDeadlineMs };
    this.#observer = observer;
    this.#queue = new FairQueue({ length: options.queueLength, bytes: options.queueBytes });
    this.#planners = new Planners({
      ...options,
      onFree: () => this.#dispatch(),
      onEnd: (cause) => observer.ended?.(cause),
      onWords: (words) => observer.words?.(words),
    });
    this.#rounds = setInterval(() => this.#round(), ROUND_MS).unref();
  }

  ready(): Promise<void> {
    return this.#planners.whenReady();
  }

  get figures() {
    return {
      waiting: this.#queue.length,
      waitingBytes: this.#queue.bytes,
      running: this.#atWork.size,
      planners: this.#planners.all,
    };
  }

  /** Seconds after which there is likely to be room. */
  waitSeconds(): number {
    const seconds = (this.#meanMs * (this.#queue.length + 1)) / this.#options.planners / 1000;
    return Math.min(60, Math.max(1, Math.ceil(seconds)));
  }

  /** Takes a job in, or returns false: the queue is full. */
  offer(job: Job): boolean {
    if (!this.#queue.offer(job)) return false;
    this.#dispatch();
    return true;
  }

  /** Asks for the answer that ending a job now would give, and puts it aside. */
  async look(job: Job): Promise<void> {
    const atWork = this.#atWork.get(job);
    if (!atWork) return;
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), LOOK_MS).unref());
    const bytes = await Promise.race([atWork.planner.look(atWork.call), late]);
    if (bytes && !job.over) job.best = bytes;
  }

  /** Ends a job with what it has by now; one that waits has nothing. */
  stop(job: Job): void {
    job.stopped = true;
    const atWork = this.#atWork.get(job);
    if (atWork) atWork.planner.stop(atWork.call);
    else if (this.#queue.remove(job)) job.end('cancelled', refusal('cancelled'));
  }

  /** Ends what is at work with what it has, and refuses what waits. */
  stopAll(): void {
    for (const job of [...this.#queue]) {
      this.#queue.remove(job);
      job.end('failed', refusal('stopping', 1));
    }
    for (const job of [...this.#atWork.keys()]) this.stop(job);
  }

  /** Waits until there is nothing to do, at most so many milliseconds. */
  async whenIdle(ms: number): Promise<void> {
    const end = now() + ms;
    while (this.#atWork.size + this.#queue.length + this.#again.length > 0 && now() < end)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async close(): Promise<void> {
    clearInterval(this.#rounds);
    clearTimeout(this.#due);
    await this.#planners.close();
  }

  /** Gives planners that are free the jobs whose turn it is, and those that are due to any. */
  #dispatch(): void {
    for (let planner = this.#planners.free(); planner; planner = this.#planners.free()) {
      const job =
        this.#again.shift() ??
        this.#queue.take(
          (client) => this.#atWorkFor(client),
          (one) => this.#may(one),
        );
      if (!job) break;
      void this.#work(job, planner);
    }
    this.#watch();
  }

  /** Wakes up for the next job that should begin, or has to. */
  #watch(): void {
    clearTimeout(this.#due);
    const waiting = [...this.#queue, ...this.#again];
    if (waiting.length === 0 || this.#planners.ready.length === 0) return; // the next that is ready takes one
    const time = now();
    const next = Math.min(...waiting.map((job) => (shouldBegin(job) > time ? shouldBegin(job) : mustBegin(job))));
    if (Number.isFinite(next)) this.#due = setTimeout(() => this.#hurry(), Math.max(1, next - time));
  }

  /** Starts the jobs that should begin, beside others'; those that have to and find no room are refused, unless an answer was promised. */
  #hurry(): void {
    const time = now();
    for (const job of [...this.#again, ...this.#queue].filter((one) => shouldBegin(one) <= time)) {
      const planner = this.#planners.leastBusy();
      if (!planner) break;
      const room = planner.inHand < MOST_IN_HAND;
      if (!room && mustBegin(job) > time) continue;
      const again = this.#again.indexOf(job);
      if (again >= 0) this.#again.splice(again, 1);
      else this.#queue.remove(job);
      if (room || job.promised || again >= 0) void this.#work(job, planner);
      else job.end('failed', refusal('overloaded', this.waitSeconds()));
    }
    this.#watch();
  }

  #atWorkFor(client: string): number {
    let many = 0;
    for (const job of this.#atWork.keys()) if (job.client === client) many++;
    return many;
  }

  /** Whether a job may begin: long ones leave planners to others. */
  #may({ deadlineMs }: Job): boolean {
    const { longMs, longShare, planners } = this.#options;
    if (deadlineMs <= longMs) return true;
    const long = [...this.#atWork.keys()].filter((job) => job.deadlineMs > longMs).length;
    return long < Math.max(1, Math.floor(longShare * planners));
  }

  /** Has a planner work on a job, and ends it with what comes of that. */
  async #work(job: Job, planner: Planner): Promise<void> {
    const heuristicsOnly = withoutEngines(job);
    const start = job.best;
    job.state = 'running';
    if (job.begun === null) {
      job.begun = now();
      this.#observer.begun?.(job);
    }
    job.attempts++;
    const { call, reply } = planner.run(
      {
        operation: job.operation,
        id: job.id,
        started: job.started,
        limits: this.#limits,
        heuristicsOnly,
        startBytes: start?.length ?? 0,
      },
      start ? [...job.body, start] : job.body,
      {
        posed: (posed) => {
          job.posed = posed;
        },
        progress: (progress) => {
          atWork.news = true;
          job.tell(progress);
        },
      },
    );
    const begun = now();
    const atWork: AtWork = { job, planner, call, begun, looked: begun, news: false };
    this.#atWork.set(job, atWork);
    if (job.stopped) planner.stop(call);
    try {
      const { status, bytes, facts } = await reply;
      this.#meanMs += MEAN_WEIGHT * (now() - begun - this.#meanMs);
      this.#atWork.delete(job);
      const state = status >= 400 ? 'failed' : job.stopped && facts?.stop === 'cancelled' ? 'cancelled' : 'done';
      job.end(state, { status, bytes, facts });
    } catch (error) {
      this.#atWork.delete(job);
      this.#tryAgain(job, error);
    }
    this.#planners.over(planner);
  }

  #tryAgain(job: Job, error: unknown): void {
    if (error instanceof JobFailed) this.#observer.words?.(error.message);
    const cause = error instanceof PlannerLost ? error.planner : 'bug';
    if (cause === 'out-of-memory') job.outOfMemory++;
    if (cause === 'killed' && now() < job.started + job.deadlineMs) job.attempts--; // no fault of the job's
    if (cause === 'closed') job.end('failed', refusal('stopping', 1));
    else if (job.outOfMemory >= MOST_OUT_OF_MEMORY) job.end('failed', refusal('out_of_memory'));
    else if (mayTryAgain(job)) {
      this.#observer.again?.(job, cause);
      this.#again.push(job);
    } else job.end('failed', refusal('internal'));
  }

  /** Ends planners that are hung or take too much memory, and puts answers aside, so that little is lost should their planner die. */
  #round(): void {
    const time = now();
    this.#planners.endLarge();
    for (const atWork of this.#atWork.values()) {
      const { job, planner, begun } = atWork;
      if (hungAt(job, begun, this.#options.maxDeadlineMs) <= time) planner.end('overdue');
      else if (atWork.news && time - atWork.looked >= ASIDE_MS) {
        atWork.looked = time;
        atWork.news = false;
        void this.look(job);
      }
    }
  }
}
