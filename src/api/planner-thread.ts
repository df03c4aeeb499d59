import { Piscina } from 'piscina';
import { EnginePool, type Engines } from '../solver/engine-pool.ts';
import { without } from '../solver/engines/engine.ts';
import { type Operation, operate } from './operations.ts';
import { warmUp } from './warm-up.ts';

/** A body to work on: shared, so that the request can be tried again when this thread dies of it. */
export interface PlannerJob {
  readonly operation: Operation;
  readonly body: SharedArrayBuffer;
  readonly started: number; // time of now() of the last byte
  readonly heuristicsOnly: boolean; // a thread already died of it: no engines this time
}

export interface PlannerReply {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** Milliseconds kept for handing the answer to the caller's thread and writing it. */
const SENDING_MS = 8;

/** This thread's engines: one at work, one ready for when the first is ended at its deadline. */
const engines = new EnginePool({ ready: 2, threads: 3, searchers: 1, warm: ['glpk', 'highs'] });

/** Stands in for the engines after a crash. */
const noEngines: Engines = {
  run: async () => ({ outcome: without('failed', 'unknown', 'a worker thread died') }),
};

await warmUp({ engines }).catch((error) => console.error(`placewright: warming up failed: ${error}`));

/** Does nothing: a job that comes back as soon as a thread is there to take it. */
export const ready = (): void => {};

/** The body of a planner thread: parses, validates, solves, verifies and writes, so that the event loop need not. */
export default async function plan({ operation, body, started, heuristicsOnly }: PlannerJob): Promise<unknown> {
  const text = Buffer.from(body).toString('utf8');
  const { status, document } = await operate(operation, text, {
    engines: heuristicsOnly ? noEngines : engines,
    started,
    reserveMs: SENDING_MS,
  });
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const reply: PlannerReply = { status, bytes };
  return Piscina.move({ [Piscina.transferableSymbol]: [bytes.buffer], [Piscina.valueSymbol]: reply } as never);
}
