import { Piscina } from 'piscina';

export interface ThreadsOptions {
  readonly filename: string; // module whose exports are the jobs
  readonly ready: number; // threads kept
  readonly most: number; // threads at most; more jobs wait
  readonly memoryMb: number; // ceiling of a thread's JavaScript heap, in MiB
  readonly workerData: object; // what each thread is told, with ThreadData
}

/** What every thread of a pool is told. */
export interface ThreadData {
  readonly first: Int32Array; // threads that are still to load as fast as they can, in its one cell
}

/** Milliseconds that a job which is no longer wanted has to end by itself, if no other needs its thread. */
const LINGER_MS = 1000;
/** Milliseconds between two pools, should threads die as fast as they are made. */
const PAUSE_MS = 250;

/**
 * Piscina, made to outlive any crash: once a thread has died while it started, Piscina replaces none that die after it,
 * so a pool that falls short of its threads is followed by a new one. Jobs at work on the old one end there.
 */
export class Threads {
  readonly #options: ThreadsOptions;
  #pool: Piscina;
  #born = 0;
  readonly #first = new Int32Array(new SharedArrayBuffer(4));
  /** Jobs that have a thread or are about to, those no longer wanted counted. */
  #running = 0;
  /** How to end the jobs that are no longer wanted, oldest first. */
  #lingering: AbortController[] = [];
  /** Jobs that wait for a thread: how to call each. */
  readonly #waiting: (() => void)[] = [];
  /** Who waits until no thread has a job. */
  readonly #idlers: (() => void)[] = [];
  #closed = false;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#first[0] = Math.max(1, options.ready);
    this.#pool = this.#start();
  }

  /** Runs a job on some thread: the module's default export, or the one named. Rejects when the signal aborts or the thread dies of it. */
  async run(job: object, signal?: AbortSignal, name = 'default'): Promise<unknown> {
    for (;;) {
      await this.#room(signal);
      const pool = this.#pool;
      try {
        return await this.#runOn(pool, job, name, signal);
      } catch (error) {
        // a job that was still waiting when its pool was given up has done no harm: the next pool takes it
        const waiting = error instanceof Error && error.message === 'Terminating worker thread';
        if (!waiting || this.#closed || pool === this.#pool) throw error;
      }
    }
  }

  /** Waits until there is a thread for one more job. */
  async #room(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running < this.#options.most) {
      this.#running++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(come), 1);
        reject(signal!.reason);
      };
      const come = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(come);
      this.#endForOthers();
    });
  }

  /**
   * Runs a job that nobody waits for once the signal aborts. Its thread goes on until the job ends by itself, as most soon
   * do, or another needs the thread: to start one takes a tenth of a second, and just when answers are due.
   */
  #runOn(pool: Piscina, job: object, name: string, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const end = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      const leave = () => {
        reject(signal!.reason);
        this.#lingering.push(end);
        timer = setTimeout(() => end.abort(), LINGER_MS).unref();
        this.#endForOthers();
      };
      const over = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', leave);
        this.#lingering = this.#lingering.filter((one) => one !== end);
        const next = this.#waiting.shift();
        if (next) next();
        else if (--this.#running === 0) for (const idle of this.#idlers.splice(0)) idle();
      };
      if (signal?.aborted) {
        over();
        return reject(signal.reason);
      }
      signal?.addEventListener('abort', leave, { once: true });
      pool.run(job, { name, signal: end.signal }).then(
        (result) => {
          over();
          resolve(result);
        },
        (error) => {
          over();
          reject(error);
        },
      );
    });
  }

  /** Ends the thread of a job that is no longer wanted, where another job waits. */
  #endForOthers(): void {
    if (this.#waiting.length > 0) this.#lingering.shift()?.abort();
  }

  /** Waits until no thread has a job, wanted or not. */
  async whenIdle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#idlers.push(resolve));
  }

  /** Ends every thread at once, jobs included; new ones take their place. For tests of what a crash does. */
  async endThreads(): Promise<void> {
    await Promise.all(this.#pool.threads.map((thread) => thread.terminate()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool.destroy();
  }

  #start(): Piscina {
    const { filename, ready, most, memoryMb, workerData } = this.#options;
    const pool = new Piscina({
      filename,
      minThreads: ready,
      maxThreads: most,
      idleTimeout: 60_000,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      // Piscina would `require` the module first, and Node aborts the process if the thread is ended in the middle of that
      execArgv: ['--no-experimental-require-module'],
      workerData: { ...workerData, first: this.#first } satisfies ThreadData,
    });
    this.#born = performance.now();
    pool.on('error', () => {}); // a thread that dies at work rejects its jobs; one that dies idle is replaced
    pool.on('workerDestroy', () => queueMicrotask(() => this.#replace(pool)));
    return pool;
  }

  /** Follows a pool that no longer keeps its threads. */
  #replace(old: Piscina): void {
    if (this.#closed || old !== this.#pool || old.threads.length >= this.#options.ready) return;
    const age = performance.now() - this.#born;
    if (age < PAUSE_MS) {
      setTimeout(() => this.#replace(old), PAUSE_MS - age);
      return;
    }
    this.#pool = this.#start();
    // without threads its waiting jobs would wait for ever: they are rejected, to be tried again
    void (old.threads.length === 0 ? old.destroy() : old.close());
  }
}
