import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { now } from '../solver/budget.ts';
import type { Operation } from './operations.ts';
import type { PlannerJob, PlannerReply } from './planner-thread.ts';

/** What the HTTP routes need: someone who works on bodies while the event loop stays free. */
export interface Desk {
  handle(operation: Operation, body: SharedArrayBuffer): Promise<PlannerReply>;
}

/** Requests that one planner thread keeps in hand: while an engine works on one, it greets the next. */
const IN_HAND = 4;

/** Times a request is tried before it is given up: its thread may have died of another request. */
const ATTEMPTS = 3;

/**
 * The threads that do the work. A planner that dies (out of memory, ended from outside) takes the requests it had in
 * hand with it: each is tried again, without engines, on another thread.
 */
export class PlannerDesk implements Desk {
  readonly #pool: Piscina;

  constructor({ threads = Math.max(1, availableParallelism()), memoryMb = 4096 }: { threads?: number; memoryMb?: number } = {}) {
    this.#pool = new Piscina({
      filename: new URL('./planner-thread.js', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: IN_HAND,
      atomics: 'disabled', // a planner waits for its engines in its event loop
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.#pool.on('error', () => {}); // a thread that dies is replaced; its requests are rejected one by one
  }

  async handle(operation: Operation, body: SharedArrayBuffer): Promise<PlannerReply> {
    const started = now();
    for (let attempt = 1; ; attempt++) {
      const job: PlannerJob = { operation, body, started, heuristicsOnly: attempt > 1 };
      try {
        return (await this.#pool.run(job)) as PlannerReply;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        console.error(`placewright: a planner thread failed, trying again without engines: ${brief(error)}`);
      }
    }
  }

  /** Ends every planner thread at once, requests in hand included; the desk stays open. For tests of what a crash does. */
  async endThreads(): Promise<void> {
    await Promise.all(this.#pool.threads.map((thread) => thread.terminate()));
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

const brief = (error: unknown): string => String(error instanceof Error ? error.message : error).slice(0, 300);
