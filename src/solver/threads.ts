import { Piscina } from 'piscina';

export interface ThreadsOptions {
  readonly filename: string; // module whose exports are the jobs
  readonly ready: number; // threads kept
  readonly most: number; // threads at most; more jobs wait
  readonly memoryMb: number; // ceiling of a thread's JavaScript heap, in MiB
  readonly workerData: unknown;
}

/** Milliseconds that a job which is no longer wanted has to end by itself. */
const LINGER_MS = 400;
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
  #closed = false;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#pool = this.#start();
  }

  /** Runs a job on some thread: the module's default export, or the one named. Rejects when the signal aborts or the thread dies of it. */
  async run(job: object, signal?: AbortSignal, name = 'default'): Promise<unknown> {
    for (;;) {
      const pool = this.#pool;
      try {
        return await runOn(pool, job, name, signal);
      } catch (error) {
        // a job that was still waiting when its pool was given up has done no harm: the next pool takes it
        const waiting = error instanceof Error && error.message === 'Terminating worker thread';
        if (!waiting || this.#closed || pool === this.#pool) throw error;
      }
    }
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
      workerData,
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

/**
 * Runs a job that nobody waits for once the signal aborts. Its thread is ended only if it then does not end by itself: to
 * start another takes longer than most jobs need to notice that their time is over, and just when answers are due.
 */
function runOn(pool: Piscina, job: object, name: string, signal: AbortSignal | undefined): Promise<unknown> {
  if (!signal) return pool.run(job, { name });
  const end = new AbortController();
  const running = pool.run(job, { name, signal: end.signal });
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal.reason);
      if (pool.queueSize > 0) return end.abort(); // it may not even have begun
      const timer = setTimeout(() => end.abort(), LINGER_MS);
      running.catch(() => {}).finally(() => clearTimeout(timer));
    };
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}
