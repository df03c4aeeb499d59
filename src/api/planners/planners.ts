import type { Settings } from '../settings/schema.ts';
import { type Cause, Planner } from './planner.ts';

/** How many planners there are, what they may take and when they are replaced, as settings say; and who is told. */
export interface PlannersOptions
  extends Pick<Settings, 'planners' | 'spares' | 'memoryMb' | 'recycleAfter' | 'recycleMemoryMb'> {
  readonly onFree: () => void; // a planner may take a job
  readonly onEnd: (cause: Cause) => void;
  readonly onWords: (words: string) => void;
}

/** Milliseconds before a planner that never became ready is replaced, and up to how many that doubles. */
const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** What a planner takes before its first job, in MiB: code, WebAssembly and the stacks of its threads. */
const OWN_MEMORY_MB = 512;

/** Jobs that a planner has done without being idle in between, from which on it is taken for one that never is. */
const NEVER_IDLE = 4;

/** Not one planner became ready. */
export class NoPlanner extends Error {
  readonly code = 'NO_PLANNER';

  constructor(causes: readonly Error[]) {
    const [first] = causes;
    super(
      `Expected planner processes to start, found that none of ${causes.length} did; of the first: ${first?.message}. Maybe there is too little memory for them, or NODE_OPTIONS holds what they do not take; the log has what they wrote.`,
      { cause: first },
    );
  }
}

/** The planner processes: as many as asked for, whatever becomes of them. */
export class Planners {
  readonly #options: PlannersOptions;
  readonly #all = new Set<Planner>();
  readonly #anyReady: Promise<void>; // the first, or the successor of one that died
  #tellReady = () => {};
  #pauseMs = 0;
  #closed = false;

  constructor(options: PlannersOptions) {
    this.#options = options;
    this.#anyReady = new Promise((resolve) => {
      this.#tellReady = resolve;
    });
    for (let k = 0; k < options.planners + options.spares; k++) this.#start();
  }

  /** Those that take jobs. */
  get ready(): readonly Planner[] {
    return [...this.#all].filter(({ isReady }) => isReady);
  }

  get all(): readonly Planner[] {
    return [...this.#all];
  }

  /** The planner to take the next job, the one that has done most so that others stay fresh; null when all that may work are at work. */
  free(): Planner | null {
    const ready = this.ready;
    const busy = ready.filter(({ inHand }) => inHand > 0).length;
    if (busy >= this.#options.planners) return null;
    const idle = ready.filter(({ inHand }) => inHand === 0);
    return idle.reduce<Planner | null>((best, planner) => (best && best.done >= planner.done ? best : planner), null);
  }

  /** Tells that a job is over: its planner may take another, or has served its time. */
  over(): void {
    this.#renew();
    this.#options.onFree();
  }

  /** Ends the planners that take more memory than they may. */
  endLarge(): void {
    const most = (this.#options.memoryMb + OWN_MEMORY_MB) * 2 ** 20;
    for (const planner of this.#all)
      if (planner.inHand > 0 && planner.residentBytes > most) planner.end('out-of-memory');
  }

  /** Waits until a planner is ready; others may follow. Rejects with {@link NoPlanner} when each of the first ended before. */
  async whenReady(): Promise<void> {
    const first = [...this.#all].map(({ ready }) => ready);
    const none = Promise.any(first).catch(({ errors }: AggregateError) => {
      throw new NoPlanner(errors);
    });
    await Promise.race([this.#anyReady, none]);
  }

  /** Ends all for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#all].map((planner) => {
        planner.end('closed');
        return planner.ended;
      }),
    );
  }

  /** Planners that serve, or are about to. */
  get #serving(): number {
    return this.#all.size - this.#leaving.length;
  }

  get #leaving(): readonly Planner[] {
    return [...this.#all].filter(({ isLeaving }) => isLeaving);
  }

  /**
   * Replaces planners that have served their time, one after the other, each once its successor is ready and it is idle. One
   * that never is, since it has several long jobs, leaves: it is given no more, and ends with the last.
   */
  #renew(): void {
    if (this.#closed) return;
    for (const planner of this.#leaving) if (planner.inHand === 0) planner.end('recycled');
    const { planners, spares, recycleAfter, recycleMemoryMb } = this.#options;
    const worn = this.ready.filter(
      ({ done, residentBytes }) => done >= recycleAfter || residentBytes >= recycleMemoryMb * 2 ** 20,
    );
    if (worn.length === 0) return;
    if (this.#serving <= planners + spares) this.#start();
    else if (this.ready.length > planners + spares) {
      const idle = worn.find(({ inHand }) => inHand === 0);
      if (idle) idle.end('recycled');
      else if (this.#leaving.length === 0) worn.find(({ streak }) => streak >= NEVER_IDLE)?.leave();
    }
  }

  #start(): void {
    const options = this.#options;
    const { memoryMb, onEnd, onWords } = options;
    const planner: Planner = new Planner({
      memoryMb,
      onWords,
      onEnd: (cause, wasReady) => {
        this.#all.delete(planner);
        onEnd(cause);
        if (this.#closed || this.#serving >= options.planners + options.spares) return;
        this.#pauseMs = wasReady ? 0 : Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, 2 * this.#pauseMs));
        if (this.#pauseMs === 0) this.#start();
        else setTimeout(() => this.#closed || this.#start(), this.#pauseMs).unref();
      },
    });
    this.#all.add(planner);
    planner.ready.then(
      () => {
        this.#tellReady();
        this.over();
      },
      () => {},
    );
  }
}
