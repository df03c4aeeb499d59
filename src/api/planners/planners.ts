import { availableParallelism } from 'node:os';
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

/** Planners that start at a time: each has three threads at work, and of four that start together on two cores each warms up on a ninth of what one does alone. */
const AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));
/** Milliseconds after which others wait no more for one to be ready: it hangs, or the machine is slow. */
const TURN_MS = 3000;

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
  readonly #inTurn = new Set<Planner>(); // that start, and are waited for
  readonly #anyReady: Promise<void>; // or as many as there should be ended before
  #tellReady = () => {};
  #tellNone = (_: NoPlanner) => {};
  readonly #failures: Error[] = []; // why planners ended that were to be the first
  #pauseMs = 0;
  #pause: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: PlannersOptions) {
    this.#options = options;
    this.#anyReady = new Promise((resolve, reject) => {
      this.#tellReady = resolve;
      this.#tellNone = reject;
    });
    this.#anyReady.catch(() => {}); // whoever waits for it hears; no one must
    this.#fill();
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

  /** Waits until a planner is ready; others follow. Rejects with {@link NoPlanner} when as many as there should be ended before one was, and no other is on its way. */
  whenReady(): Promise<void> {
    return this.#anyReady;
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
    this.#tellNone(new NoPlanner(this.#failures)); // to whoever still waits: all have ended
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
    this.#fill();
    if (this.ready.length <= this.#wanted) return;
    const worn = this.#worn;
    const idle = worn.find(({ inHand }) => inHand === 0);
    if (idle) idle.end('recycled');
    else if (this.#leaving.length === 0) worn.find(({ streak }) => streak >= NEVER_IDLE)?.leave();
  }

  /** Planners that have served their time. */
  get #worn(): readonly Planner[] {
    const { recycleAfter, recycleMemoryMb } = this.#options;
    return this.ready.filter(
      ({ done, residentBytes }) => done >= recycleAfter || residentBytes >= recycleMemoryMb * 2 ** 20,
    );
  }

  /** Planners that there should be. */
  get #wanted(): number {
    return this.#options.planners + this.#options.spares;
  }

  /** Starts planners, in turns, until there are as many as there should be, and the successor of one that has served its time. */
  #fill(): void {
    if (this.#closed || this.#pause) return;
    const lack = () => this.#wanted - this.#serving;
    while (this.#inTurn.size < AT_ONCE && (lack() > 0 || (lack() === 0 && this.#worn.length > 0))) this.#start();
  }

  /** Starts the next, of whatever kind, after a pause: the longer, the more pauses there were in a row. */
  #fillLater(): void {
    if (this.#pause) return;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, 2 * this.#pauseMs));
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#fill();
    }, this.#pauseMs).unref();
  }

  #start(): void {
    const { memoryMb, onEnd, onWords } = this.#options;
    const planner: Planner = new Planner({
      memoryMb,
      onWords,
      onEnd: (cause, wasReady) => {
        this.#all.delete(planner);
        onEnd(cause);
        if (wasReady) this.#fill();
        else this.#fillLater();
      },
    });
    this.#all.add(planner);
    this.#inTurn.add(planner);
    const endTurn = () => {
      clearTimeout(turn);
      this.#inTurn.delete(planner);
      this.#fill();
    };
    const turn = setTimeout(endTurn, TURN_MS).unref();
    planner.ready.then(
      () => {
        this.#pauseMs = 0;
        if (this.#pause) clearTimeout(this.#pause);
        this.#pause = null;
        this.#tellReady();
        endTurn();
        this.over();
      },
      (error: Error) => {
        if (this.#failures.length < this.#wanted) this.#failures.push(error);
        if (this.#failures.length === this.#wanted && this.#all.size === 0)
          this.#tellNone(new NoPlanner(this.#failures));
        endTurn();
      },
    );
  }
}
