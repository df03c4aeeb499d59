import { type DeskObserver, Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import { Job, type JobRequest, type Outcome } from './job.ts';
import { refusal } from './refusal.ts';
import { JobStore, type StoreOptions } from './store.ts';

/** The settings that a desk goes by. */
export type DeskOptions = DispatcherOptions & StoreOptions;

/** Milliseconds that jobs have to hand in their best once they are asked for it. */
const LAST_MS = 3000;

/** Where requests become jobs. Every job that is taken in ends with an outcome. */
export class Desk {
  readonly store: JobStore;
  readonly #dispatcher: Dispatcher;
  readonly #observer: Partial<DeskObserver>;
  #stopping = false;
  #begun = false; // once a planner was ready windows wait for one, whatever becomes of it

  constructor(options: DeskOptions, observer: Partial<DeskObserver> = {}) {
    this.#observer = observer;
    this.store = new JobStore(options);
    this.#dispatcher = new Dispatcher(options, observer);
  }

  /** Waits until a planner takes jobs, and takes jobs in from then on; others may follow. Rejects when no planner can be started. */
  async ready(): Promise<void> {
    await this.#dispatcher.ready();
    this.#begun = true;
  }

  /** Why a job would not be worked on now: none is taken in, or no planner is there for it; null when nothing stands in the way. */
  get unready(): 'stopping' | 'not_ready' | null {
    if (this.#stopping) return 'stopping';
    return this.#begun && this.#dispatcher.figures.planners.some(({ isReady }) => isReady) ? null : 'not_ready';
  }

  /** Whether jobs are taken in and someone is there to work on them. */
  get isReady(): boolean {
    return this.unready === null;
  }

  /** How much is going on. */
  get figures() {
    return { ...this.#dispatcher.figures, kept: this.store.kept };
  }

  /** Takes in a request, or tells why not. */
  submit(request: JobRequest): Job | Outcome {
    if (this.#stopping) return refusal('stopping', LAST_MS / 1000);
    if (!this.#begun) return refusal('not_ready', 1);
    const job = new Job(request);
    job.watch(() => job.over && this.#observer.over?.(job));
    if (!this.#dispatcher.offer(job)) return refusal('overloaded', this.#dispatcher.waitSeconds());
    if (job.outcome) return job.outcome; // refused at once: nobody can ask for it again
    this.store.add(job);
    return job;
  }

  /** The bytes of the best answer of a job so far; null while there is none, and where it ended without. */
  async look(job: Job): Promise<Uint8Array | null> {
    if (!job.over) await this.#dispatcher.look(job);
    if (!job.outcome) return job.best;
    return job.outcome.status === 200 ? job.outcome.bytes : null;
  }

  /** Ends a job with the best it has by now; it is over soon after. */
  cancel(job: Job): void {
    if (!job.over) this.#dispatcher.stop(job);
  }

  /** Ends every planner at once, as if it was killed. For tests of what a crash does. */
  kill(): void {
    for (const { pid } of this.figures.planners) if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }

  /** Takes no more jobs, lets those there are go on for so many milliseconds, asks the rest for their best, and ends the planners. */
  async close(drainMs = 0): Promise<void> {
    this.#stopping = true;
    await this.#dispatcher.whenIdle(drainMs);
    this.#dispatcher.stopAll();
    await this.#dispatcher.whenIdle(LAST_MS);
    await this.#dispatcher.close();
    this.store.close();
  }
}
