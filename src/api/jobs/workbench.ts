import { now } from '../../solver/budget.ts';
import type { Limits } from '../guard/limits.ts';
import { type Cause, JobFailed, type Planner, PlannerLost, type PlannerReply } from '../planners/planner.ts';
import type { Job } from './job.ts';
import { hungAt, mayTryAgain, withoutEngines } from './patience.ts';
import { refusal } from './refusal.ts';

/** A job at work. */
export interface AtWork {
  readonly job: Job;
  readonly planner: Planner;
  readonly call: number;
  readonly begun: number; // time of now()
  /** Whether it goes back to wait: it turned out to be long, and there are enough of these. */
  back: boolean;
  /** Time of now() of the last look that was put aside, and whether something happened since. */
  looked: number;
  news: boolean;
}

/** Who wants to know what happens to jobs at work. */
export interface WorkObserver {
  /** A planner takes a job for the first time. */
  begun(job: Job): void;
  /** A job is tried again. */
  again(job: Job, cause: Cause | 'bug'): void;
  /** A planner wrote to its standard error, or threw. */
  words(words: string): void;
}

/** Milliseconds between two answers put aside of a job at work. */
const ASIDE_MS = 5000;
/** Milliseconds that a look may take. */
const LOOK_MS = 2000;
/** Times that a planner may run out of memory with a job; the second is without engines. */
const MOST_OUT_OF_MEMORY = 2;
/** Weight of the last job in the mean time of jobs. */
const MEAN_WEIGHT = 0.05;

/** The jobs at work: hands them to planners, and sees to what comes of that. */
export class Workbench {
  readonly #limits: Limits;
  readonly #observer: Partial<WorkObserver>;
  readonly #jobs = new Map<Job, AtWork>();
  #meanMs = 100;

  constructor(limits: Limits, observer: Partial<WorkObserver>) {
    this.#limits = limits;
    this.#observer = observer;
  }

  get jobs(): ReadonlyMap<Job, AtWork> {
    return this.#jobs;
  }

  /** Milliseconds that jobs took lately, in the mean. */
  get meanMs(): number {
    return this.#meanMs;
  }

  /**
   * Has a planner work on a job, and ends it with what comes of that. Tells once the planner is free whether the job is to be
   * worked on again: its planner died, or it may not stay, now that its deadline is known.
   */
  work(job: Job, planner: Planner, mayStay: (job: Job) => boolean, onFree: (again: boolean) => void): void {
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
        others: this.#jobs.size,
        heuristicsOnly,
        startBytes: start?.length ?? 0,
      },
      start ? [...job.body, start] : job.body,
      {
        posed: (posed) => {
          job.posed = posed;
          if (!isGuess || mayStay(job)) return;
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
    this.#jobs.set(job, atWork);
    if (job.stopped !== null) planner.stop(call);
    reply.then(
      (answer) => onFree(this.#answered(atWork, answer)),
      (error) => onFree(this.#failed(job, error)),
    );
  }

  /** Asks for the answer that ending a job now would give, and puts it aside. */
  async look(job: Job): Promise<void> {
    const atWork = this.#jobs.get(job);
    if (!atWork) return;
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), LOOK_MS).unref());
    const bytes = await Promise.race([atWork.planner.look(atWork.call), late]);
    if (bytes && !job.over) job.best = bytes;
  }

  /** Asks for the end of a job with what it has by now, if it is at work. */
  stop(job: Job): void {
    const atWork = this.#jobs.get(job);
    atWork?.planner.stop(atWork.call);
  }

  /** Ends planners that are hung, and puts answers aside, so that little is lost should their planner die. */
  lookAfter(): void {
    const time = now();
    for (const atWork of this.#jobs.values()) {
      const { job, planner, begun } = atWork;
      if (hungAt(job, begun, this.#limits.maxDeadlineMs) <= time) planner.end('overdue');
      else if (atWork.news && time - atWork.looked >= ASIDE_MS) {
        atWork.looked = time;
        atWork.news = false;
        void this.look(job);
      }
    }
  }

  /** Ends a job with its answer, or has it wait again; tells which. */
  #answered({ job, back, begun }: AtWork, { status, bytes, facts }: PlannerReply): boolean {
    this.#jobs.delete(job);
    this.#meanMs += MEAN_WEIGHT * (now() - begun - this.#meanMs);
    const wasStopped = status === 200 && facts?.stop === 'cancelled';
    if (wasStopped && back && job.stopped === null) {
      job.state = 'queued';
      job.best = bytes;
      job.attempts--;
      return true;
    }
    const state = status >= 400 ? 'failed' : wasStopped && job.stopped !== null ? 'cancelled' : 'done';
    job.end(state, { status, bytes, facts });
    return false;
  }

  /** Has a job that came to nothing wait again, or ends it; tells which. */
  #failed(job: Job, error: unknown): boolean {
    this.#jobs.delete(job);
    job.state = 'queued';
    if (error instanceof JobFailed) this.#observer.words?.(error.message);
    const lost = error instanceof PlannerLost ? error : null;
    const cause = lost?.planner ?? 'bug';
    if (cause === 'closed') return true; // whoever closed the planners ends it
    if (cause === 'out-of-memory' && lost?.inHand === 1) job.outOfMemory++; // else it may have been another's fault
    if (cause === 'killed' && now() < job.started + Math.min(job.deadlineMs, this.#limits.maxDeadlineMs))
      job.attempts--; // no fault of the job's
    if (job.outOfMemory < MOST_OUT_OF_MEMORY && mayTryAgain(job)) {
      this.#observer.again?.(job, cause);
      return true;
    }
    job.end('failed', refusal(cause === 'out-of-memory' ? 'out_of_memory' : 'internal'));
    return false;
  }
}
