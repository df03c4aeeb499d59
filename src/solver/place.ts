import type { Answer } from '../model/answer.ts';
import { type Refusal, readyWindow } from '../model/parse.ts';
import type { WindowInput } from '../model/window.ts';
import { now } from './budget.ts';
import { EnginePool } from './engine-pool.ts';
import { type SolveOptions, solve } from './solve.ts';

/** Thrown for a window that can not be solved as it stands. */
export class WindowRefused extends Error {
  override readonly name = 'WindowRefused';
  /** Every fault, each with a JSON pointer. */
  readonly faults: Refusal['faults'];

  constructor({ detail, faults }: Refusal) {
    super(detail);
    this.faults = faults;
  }
}

/**
 * Places a window as a client may write it, in one call: validates it, solves it with engines that are started for it,
 * and ends them. Who solves often keeps engines of his own and gives them along. The deadline runs from the call.
 * Rejects with `WindowRefused` where the window has faults.
 */
export async function place(
  window: WindowInput,
  { engines, started = now(), ...options }: Partial<SolveOptions> = {},
): Promise<Answer> {
  const ready = readyWindow(window);
  if (!ready.ok) throw new WindowRefused(ready.refusal);
  if (engines) return solve(ready.value, { engines, started, ...options });
  const own = new EnginePool();
  try {
    return await solve(ready.value, { engines: own, started, ...options });
  } finally {
    await own.close();
  }
}
