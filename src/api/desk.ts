import { availableParallelism } from 'node:os';
import { now } from '../solver/budget.ts';
import { Threads } from '../solver/threads.ts';
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
  readonly #threads: Threads;

  constructor({ threads = availableParallelism(), memoryMb = 4096 }: { threads?: number; memoryMb?: number } = {}) {
    const filename = new URL('./planner-thread.js', import.meta.url).href;
    this.#threads = new Threads({
      filename,
      ready: threads,
      most: threads,
      inHand: IN_HAND,
      memoryMb,
      workerData: null,
    });
  }

  /** Waits until a planner is ready, which then has compiled what requests go through. */
  async ready(): Promise<void> {
    await this.#threads.run({}, undefined, 'ready');
  }

  async handle(operation: Operation, body: SharedArrayBuffer): Promise<PlannerReply> {
    const started = now();
    for (let attempt = 1; ; attempt++) {
      const job: PlannerJob = { operation, body, started, heuristicsOnly: attempt > 1 };
      try {
        return (await this.#threads.run(job)) as PlannerReply;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        console.error(`placewright: a planner thread failed, trying again without engines: ${brief(error)}`);
      }
    }
  }

  /** Ends every planner thread at once, requests in hand included; the desk stays open. For tests of what a crash does. */
  endThreads(): Promise<void> {
    return this.#threads.endThreads();
  }

  close(): Promise<void> {
    return this.#threads.close();
  }
}

const brief = (error: unknown): string => String(error instanceof Error ? error.message : error).slice(0, 300);
