import { now } from '../../solver/budget.ts';
import type { Limits } from '../guard/limits.ts';
import { type Cause, JobFailed, type Planner, PlannerLost } from '../planners/planner.ts';
import { Planners } from '../planners/planners.ts';
import type { Settings } from '../settings/schema.ts';
import type { Job } from './job.ts';
import { hopelessAt, hungAt, mayTryAgain, withoutEngines } from './patience.ts';
import { type AtWork, Places } from './places.ts';
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

/** Milliseconds between two looks at the jobs at work, and between two answers put aside of one. */
const ROUND_MS = 250;
const ASIDE_MS = 5000;
/** Milliseconds that a look may take. */
const LOOK_MS = 2000;
/** Times that a planner may run out of memory with a job; the second is without engines. */
const MOST_OUT_OF_MEMORY = 2;
/** Seconds after which to try again where there are no planners. */
const LONG_WAIT_S = 10;
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
  readonly #places: Places;
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
    this.#places = new Places(options, this.#planners, this.#atWork);
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
    if (this.#places.tooMany(job.client) || !this.#queue.offer(job)) return false;
    this.#dispatch();
    if (job.state === 'queued' && this.#places.beginsAt(job) <= now()) this.#hurry();
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
    job.stopped ??= now();
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
    for (const job of [...this.#again, ...this.#atWork.keys()]) this.stop(job);
  }

  /** Waits until there is nothing to do, at most so many milliseconds. */
  async whenIdle(ms: number): Promise<void> {
    const end = now() + ms;
    while (this.#atWork.size + this.#queue.length + this.#again.length > 0 && now() < end)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Ends the planners, and every job that is left with the answer that was put aside of it. */
  async close(): Promise<void> {
    clearInterval(this.#rounds);
    await this.#planners.close();
    clearTimeout(this.#due);
    for (const job of [...this.#queue, ...this.#again.splice(0), ...this.#atWork.keys()])
      if (job.best) job.end('cancelled', { status: 200, bytes: job.best, facts: null });
      else job.end('failed', refusal('stopping', 1));
  }

  /** Gives planners that are free the jobs whose turn it is. */
  #dispatch(): void {
    for (let planner = this.#planners.free(); planner; planner = this.#planners.free()) {
      const job = this.#takeAgain((one) => this.#places.may(one)) ?? this.#take((one) => this.#places.may(one));
      if (!job) break;
      void this.#work(job, planner);
    }
    this.#watch();
  }

  /** Wakes up for the next job that should begin, or has to. */
  #watch(): void {
    clearTimeout(this.#due);
    let next = Number.POSITIVE_INFINITY;
    for (const job of [...this.#queue, ...this.#again]) next = Math.min(next, this.#places.beginsAt(job));
    if (Number.isFinite(next)) this.#due = setTimeout(() => this.#hurry(), Math.max(1, next - now()));
  }

  /**
   * Starts the jobs that should begin, beside others'; those that have to and find no room are refused, unless an answer was
   * promised. Here, too, it goes by turns: who has nothing at work comes before more of those who have.
   */
  #hurry(): void {
    const time = now();
    const isDue = (job: Job) => this.#places.beginsAt(job) <= time;
    for (;;) {
      const again = this.#takeAgain(isDue);
      const job =
        again ??
        ([...this.#queue].some(isDue)
          ? this.#take((one) => isDue(one) || (this.#places.isFirst(one) && this.#places.may(one)))
          : null);
      if (!job) break;
      const planner = this.#places.roomFor(job) ?? (again || job.promised ? this.#places.besideOthers(job) : null);
      if (planner) void this.#work(job, planner);
      else job.end('failed', refusal('overloaded', this.waitSeconds()));
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

  /** Has a planner work on a job, and ends it with what comes of that. */
  async #work(job: Job, planner: Planner): Promise<void> {
    const heuristicsOnly = withoutEngines(job);
    const start = Number.isFinite(job.deadlineMs) ? job.best : null; // who counts steps gets the same answer whatever happened
    const isGuess = job.posed === null;
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
          if (!isGuess || this.#places.may(job)) return;
          atWork.back = true;
          planner.stop(call);
        },
        progress: (progress) => {
          atWork.news = true;
          job.tell(progress);
        },
      },
    );
    const begun = now();
    const atWork: AtWork = { job, planner, call, begun, back: false, looked: begun, news: false };
    this.#atWork.set(job, atWork);
    if (job.stopped !== null) planner.stop(call);
    try {
      const { status, bytes, facts } = await reply;
      this.#meanMs += MEAN_WEIGHT * (now() - begun - this.#meanMs);
      this.#atWork.delete(job);
      const wasStopped = status === 200 && facts?.stop === 'cancelled';
      if (wasStopped && atWork.back && job.stopped === null) this.#putBack(job, bytes);
      else
        job.end(status >= 400 ? 'failed' : wasStopped && job.stopped !== null ? 'cancelled' : 'done', {
          status,
          bytes,
          facts,
        });
    } catch (error) {
      this.#atWork.delete(job);
      this.#tryAgain(job, error);
    }
    this.#planners.over();
  }

  /** Has a job wait again, to go on from an answer. */
  #putBack(job: Job, best: Buffer): void {
    job.best = best;
    job.state = 'queued';
    job.attempts--;
    this.#again.push(job);
  }

  #tryAgain(job: Job, error: unknown): void {
    if (error instanceof JobFailed) this.#observer.words?.(error.message);
    const lost = error instanceof PlannerLost ? error : null;
    const cause = lost?.planner ?? 'bug';
    if (cause === 'out-of-memory' && lost?.inHand === 1) job.outOfMemory++; // else it may have been another's fault
    if (cause === 'killed' && now() < job.started + job.deadlineMs) job.attempts--; // no fault of the job's
    if (cause === 'closed')
      this.#again.push(job); // `close` ends it
    else if (job.outOfMemory >= MOST_OUT_OF_MEMORY) job.end('failed', refusal('out_of_memory'));
    else if (mayTryAgain(job)) {
      this.#observer.again?.(job, cause);
      this.#again.push(job);
    } else job.end('failed', refusal(cause === 'out-of-memory' ? 'out_of_memory' : 'internal'));
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
    if (this.#planners.ready.length === 0) this.#refuseHopeless(time);
  }

  /** Refuses what waits for planners of which none has come for long. */
  #refuseHopeless(time: number): void {
    const hopeless = (job: Job) => hopelessAt(job, this.#options.maxDeadlineMs) <= time;
    for (let job = this.#take(hopeless); job; job = this.#take(hopeless))
      job.end('failed', refusal('overloaded', LONG_WAIT_S));
  }
}
