import { now } from '../../solver/budget.ts';
import type { Limits } from '../guard/limits.ts';
import type { Cause, Planner } from '../planners/planner.ts';
import { Planners } from '../planners/planners.ts';
import type { Settings } from '../settings/schema.ts';
import type { Job } from './job.ts';
import { hopelessAt, isOverdue } from './patience.ts';
import { Places } from './places.ts';
import { FairQueue } from './queue.ts';
import { refusal } from './refusal.ts';
import { Workbench, type WorkObserver } from './workbench.ts';

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
export interface DeskObserver extends WorkObserver {
  /** A job is over. */
  over(job: Job): void;
  /** A planner ended. */
  ended(cause: Cause): void;
}

/** Milliseconds between two rounds to look after the jobs at work. */
const ROUND_MS = 250;
/** Most milliseconds that a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Seconds after which to try again where there are no planners. */
const LONG_WAIT_S = 10;

/**
 * Brings jobs and planners together. A job waits its turn until a planner is free; when it is due, a spare one will do, or
 * for the first of a client, or when it was promised an answer and would be late, one that is at work. When its planner dies, it
 * is tried again.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #planners: Planners;
  readonly #queue: FairQueue<Job>;
  /** Jobs whose planner died: they go first. */
  readonly #again: Job[] = [];
  readonly #bench: Workbench;
  readonly #places: Places;
  readonly #rounds: NodeJS.Timeout;
  #due: NodeJS.Timeout | undefined;

  constructor(options: DispatcherOptions, observer: Partial<DeskObserver>) {
    const { maxTasks, maxNodes, maxPairs, maxDeadlineMs } = options;
    this.#options = options;
    this.#bench = new Workbench({ maxTasks, maxNodes, maxPairs, maxDeadlineMs }, observer);
    this.#queue = new FairQueue({ length: options.queueLength, bytes: options.queueBytes });
    this.#planners = new Planners({
      ...options,
      onFree: () => this.#dispatch(),
      onEnd: (cause) => observer.ended?.(cause),
      onWords: (words) => observer.words?.(words),
    });
    this.#places = new Places(options, this.#planners, this.#bench.jobs);
    this.#rounds = setInterval(() => this.#round(), ROUND_MS).unref();
  }

  ready(): Promise<void> {
    return this.#planners.whenReady();
  }

  get figures() {
    return {
      waiting: this.#queue.length,
      waitingBytes: this.#queue.bytes,
      running: this.#bench.jobs.size,
      planners: this.#planners.all,
    };
  }

  /** Seconds after which there is likely to be room. */
  waitSeconds(): number {
    const seconds = (this.#bench.meanMs * (this.#queue.length + 1)) / this.#options.planners / 1000;
    return Math.min(60, Math.max(1, Math.ceil(seconds)));
  }

  /** Takes a job in, or returns false: the queue is full. */
  offer(job: Job): boolean {
    if (!this.#queue.offer(job)) return false;
    this.#dispatch();
    if (job.state === 'queued' && this.#places.dueAt(job) <= now()) this.#hurry();
    return true;
  }

  /** Asks for the answer that ending a job now would give, and puts it aside. */
  look(job: Job): Promise<void> {
    return this.#bench.look(job);
  }

  /** Ends a job with what it has by now; one that waits has nothing. */
  stop(job: Job): void {
    job.stopped ??= now();
    if (this.#queue.remove(job) || this.#takeAgain((one) => one === job))
      job.endWithBest('cancelled', refusal('cancelled'));
    else this.#bench.stop(job);
  }

  /** Ends what is at work with what it has, and refuses what waits. */
  stopAll(): void {
    for (const job of [...this.#queue]) {
      this.#queue.remove(job);
      job.end('failed', refusal('stopping', 1));
    }
    for (const job of this.#again.splice(0)) job.endWithBest('failed', refusal('stopping', 1));
    for (const job of this.#bench.jobs.keys()) this.stop(job);
  }

  /** Waits until there is nothing to do, at most so many milliseconds. */
  async whenIdle(ms: number): Promise<void> {
    const end = now() + ms;
    while (this.#bench.jobs.size + this.#queue.length + this.#again.length > 0 && now() < end)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Ends the planners, and every job that is left with the answer that was put aside of it. */
  async close(): Promise<void> {
    clearInterval(this.#rounds);
    await this.#planners.close();
    clearTimeout(this.#due);
    for (const job of [...this.#queue, ...this.#again.splice(0), ...this.#bench.jobs.keys()])
      job.endWithBest('failed', refusal('stopping', 1));
  }

  /** Gives planners that are free the jobs whose turn it is. */
  #dispatch(): void {
    for (let planner = this.#planners.free(); planner; planner = this.#planners.free()) {
      const may = (one: Job) => this.#places.may(one);
      const job = this.#takeAgain(may) ?? this.#take((one) => may(one) && isOverdue(one)) ?? this.#take(may);
      if (!job) break;
      if (this.#places.isCrowdedOut(job)) this.#refuse(job);
      else this.#begin(job, planner);
    }
    this.#watch();
  }

  /** Wakes up for the next job that is due. */
  #watch(): void {
    clearTimeout(this.#due);
    let next = Number.POSITIVE_INFINITY;
    for (const job of [...this.#queue, ...this.#again]) next = Math.min(next, this.#places.dueAt(job));
    if (Number.isFinite(next))
      this.#due = setTimeout(() => this.#hurry(), Math.min(LONGEST_TIMER_MS, Math.max(1, next - now())));
  }

  /**
   * Starts the jobs that are due beside others', or refuses them where there is no room. Here, too, it goes by turns: who has
   * nothing at work comes before more of those who have.
   */
  #hurry(): void {
    const time = now();
    const isDue = (job: Job) => this.#places.dueAt(job) <= time;
    for (;;) {
      const again = this.#takeAgain(isDue);
      const job =
        again ??
        ([...this.#queue].some(isDue)
          ? this.#take((one) => isDue(one) || (this.#places.isFirst(one) && this.#places.may(one)))
          : null);
      if (!job) break;
      const planner = this.#places.roomFor(job) ?? (again ? this.#places.besideOthers(job) : null);
      if (planner && !this.#places.isCrowdedOut(job)) this.#begin(job, planner);
      else this.#refuse(job);
    }
    this.#watch();
  }

  /** Takes out of the queue whose turn it is, of those that may. */
  #take(may: (job: Job) => boolean): Job | null {
    return this.#queue.take((client) => this.#places.atWorkFor(client), may);
  }

  #takeAgain(may: (job: Job) => boolean): Job | null {
    const at = this.#again.findIndex(may);
    return at < 0 ? null : this.#again.splice(at, 1)[0]!;
  }

  #refuse(job: Job): void {
    job.end('failed', refusal('overloaded', this.waitSeconds()));
  }

  #begin(job: Job, planner: Planner): void {
    const mayStay = (one: Job) => one.operation !== 'placements' || this.#places.may(one); // others have nothing to go on from
    this.#bench.work(job, planner, mayStay, (again) => {
      if (again) this.#again.push(job);
      this.#planners.over();
    });
  }

  #round(): void {
    this.#planners.endLarge();
    this.#bench.lookAfter();
    if (this.#planners.ready.length === 0) this.#refuseHopeless();
  }

  /** Refuses what waits for planners of which none has come for long. */
  #refuseHopeless(): void {
    const time = now();
    const hopeless = (job: Job) => hopelessAt(job, this.#options.maxDeadlineMs) <= time;
    const next = () => this.#takeAgain(hopeless) ?? this.#take(hopeless);
    for (let job = next(); job; job = next()) job.endWithBest('failed', refusal('overloaded', LONG_WAIT_S));
  }
}
