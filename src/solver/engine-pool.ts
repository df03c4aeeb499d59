import { objectiveOf, violationOf } from '../model/linear-program.ts';
import type { AssistJob } from './assist-job.ts';
import { newBoard, read } from './board.ts';
import { now } from './budget.ts';
import type { EngineJob, EngineThreadData } from './engine-jobs.ts';
import type { EngineLimits, EngineName, Outcome } from './engines/engine.ts';
import { without } from './engines/engine.ts';
import { compileHighs } from './engines/highs-module.ts';
import type { PatternJob } from './pattern-job.ts';
import type { ProofJob } from './proof-job.ts';
import type { RelaxationJob } from './relaxation-job.ts';
import type { SearchJob } from './search/search-job.ts';
import { Threads } from './threads.ts';

/** What came of a job, whatever happened to its thread. */
export interface EngineRun {
  readonly outcome: Outcome;
}

export interface Task {
  readonly engine: EngineName;
  readonly program: EngineJob['program'];
  readonly limits: EngineJob['limits'];
  /** Milliseconds after which it is waited for no more, and its thread is ended if it does not end soon; Infinity: never. */
  readonly endAfterMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called for every better point the engine posts, about ten times a second. */
  readonly onIncumbent?: EngineLimits['onIncumbent'] | undefined;
}

/** Why an engine failed, as far as it tells. */
const words = (error: unknown): string => String(error instanceof Error ? error.message : error).slice(0, 300);

/** What a solve needs of other threads: the pool, or a stand-in of it. */
export interface Engines {
  run(task: Task): Promise<EngineRun>;
  /** Solves a relaxation by sifting, for at most so many milliseconds; returns why it failed, if it did. Absent: there is none. */
  relax?(job: RelaxationJob, endAfterMs: number, signal?: AbortSignal): Promise<string | null>;
  /** Runs a search; absent: there is none. Rejects when the signal ends it or its thread dies. */
  search?(job: SearchJob, signal: AbortSignal): Promise<void>;
  /** Runs a second search, where no engine is of use; absent: not. Rejects when the signal ends it or its thread dies. */
  searchBeside?(job: SearchJob, signal: AbortSignal): Promise<void>;
  /** Solves by patterns; absent: not. Rejects when the signal ends it or its thread dies. */
  patterns?(job: PatternJob, signal: AbortSignal): Promise<void>;
  /** Proves the least cost; absent: not. Rejects when the signal ends it or its thread dies. */
  prove?(job: ProofJob, signal: AbortSignal): Promise<void>;
  /** Assists a proof, on a search's thread; absent: not. Rejects when the signal ends it or its thread dies. */
  assist?(job: AssistJob, signal: AbortSignal): Promise<void>;
}

export interface PoolOptions {
  /** Threads kept ready, so that a job finds one even when the last was just ended; default 1. */
  readonly ready?: number;
  /** Jobs at once; more wait; default 2. */
  readonly threads?: number;
  /** Search threads kept ready; default 0: the first search starts one. */
  readonly searchers?: number;
  /** Engines to load when a thread starts; default none. */
  readonly warm?: readonly EngineName[];
  /** Ceiling of a thread's JavaScript heap, in MiB; default 2048. */
  readonly memoryMb?: number;
}

/**
 * Threads that run engines. WebAssembly can not be interrupted from inside, so a job that oversteps its end is ended
 * with its thread; what it had posted by then is kept. A thread that dies takes one job with it, and the next job
 * finds another thread.
 */
export class EnginePool implements Engines {
  readonly #threads: Threads;
  readonly #searchers: Threads;

  constructor({ ready = 1, threads = 2, searchers = 0, warm = [], memoryMb = 2048 }: PoolOptions = {}) {
    const filename = new URL('./engine-thread.js', import.meta.url).href;
    this.#threads = new Threads({
      filename,
      ready,
      most: Math.max(ready, threads),
      memoryMb,
      workerData: { warm, highs: warm.includes('highs') ? compileHighs() : null } satisfies EngineThreadData,
    });
    this.#searchers = new Threads({
      filename: new URL('./search-thread.js', import.meta.url).href,
      ready: searchers,
      most: Math.max(1, searchers, threads - 1),
      memoryMb,
      workerData: {},
    });
  }

  async run({ engine, program, limits, endAfterMs, signal, onIncumbent }: Task): Promise<EngineRun> {
    const board = newBoard(program.columns);
    const end = endAfter(endAfterMs, signal);
    let last: number | null = null;
    const watch = onIncumbent
      ? setInterval(() => {
          const posted = read(board);
          if (!posted || posted.objective === last) return;
          last = posted.objective;
          onIncumbent(posted.x, last, posted.bound);
        }, 100)
      : undefined;
    try {
      const job: EngineJob = { asked: now(), engine, program, limits, board };
      return (await this.#threads.run(job, end.signal)) as EngineRun;
    } catch (error) {
      // it is late or its thread is gone: what it posted remains, checked by substitution
      const posted = read(board);
      const sound = posted && violationOf(program, posted.x) <= 1e-6 ? posted : null;
      const call = end.signal.aborted ? 'limit' : 'failed';
      const message = end.signal.aborted ? 'nobody waited for it any more' : words(error);
      const nothing = without(call, 'unknown', message);
      return {
        outcome: sound
          ? {
              ...nothing,
              truth: 'feasible',
              solution: sound.x,
              objective: objectiveOf(program, sound.x),
              bound: sound.bound,
            }
          : nothing,
      };
    } finally {
      clearInterval(watch);
      end.done();
    }
  }

  async relax(job: RelaxationJob, endAfterMs: number, signal?: AbortSignal): Promise<string | null> {
    const end = endAfter(endAfterMs, signal);
    try {
      await this.#threads.run(job, end.signal, 'relaxationJob');
      return null;
    } catch (error) {
      return end.signal.aborted ? null : words(error);
    } finally {
      end.done();
    }
  }

  async search(job: SearchJob, signal: AbortSignal): Promise<void> {
    await this.#searchers.run(job, signal);
  }

  async searchBeside(job: SearchJob, signal: AbortSignal): Promise<void> {
    await this.#threads.run(job, signal, 'searchJob');
  }

  async patterns(job: PatternJob, signal: AbortSignal): Promise<void> {
    await this.#threads.run(job, signal, 'patternJob');
  }

  async prove(job: ProofJob, signal: AbortSignal): Promise<void> {
    await this.#threads.run(job, signal, 'proofJob');
  }

  async assist(job: AssistJob, signal: AbortSignal): Promise<void> {
    await this.#searchers.run(job, signal, 'assistJob');
  }

  /** Waits until no thread has a job, those that nobody waits for any more counted. */
  whenIdle(): Promise<void> {
    return both(this.#threads.whenIdle(), this.#searchers.whenIdle());
  }

  /** Ends every thread at once, jobs included. For tests of what a crash does. */
  endThreads(): Promise<void> {
    return both(this.#threads.endThreads(), this.#searchers.endThreads());
  }

  /** Ends the search threads alone. For tests of what a crash does. */
  endSearchers(): Promise<void> {
    return this.#searchers.endThreads();
  }

  /** Ends all threads for good. */
  close(): Promise<void> {
    return both(this.#threads.close(), this.#searchers.close());
  }
}

/** A signal that aborts after so many milliseconds (Infinity: never), or when another does. */
function endAfter(ms: number, other: AbortSignal | undefined): { readonly signal: AbortSignal; done(): void } {
  const end = new AbortController();
  const timer = Number.isFinite(ms) ? setTimeout(() => end.abort(), Math.max(0, ms)) : undefined;
  const cancel = () => end.abort();
  other?.addEventListener('abort', cancel, { once: true });
  if (other?.aborted) cancel();
  return {
    signal: end.signal,
    done() {
      clearTimeout(timer);
      other?.removeEventListener('abort', cancel);
    },
  };
}

const both = async (one: Promise<void>, other: Promise<void>): Promise<void> => {
  await Promise.all([one, other]);
};
