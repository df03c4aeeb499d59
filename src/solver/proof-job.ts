import type { Highs } from 'highs';
import { type Assignment, scoreOf } from '../model/assignment.ts';
import type { Components } from '../model/components.ts';
import type { Instance } from '../model/instance.ts';
import { post } from './board.ts';
import { now } from './budget.ts';
import { highsRuntime } from './engines/highs-module.ts';
import type { Channel } from './follow.ts';
import { Handover, type HandoverMemory } from './proof/handover.ts';
import { prove } from './proof/prove.ts';
import { proveParts } from './proof-parts.ts';
import { placesOf } from './search/units.ts';

/** What a thread is asked to prove the least cost of. */
export interface ProofJob extends Channel {
  readonly instance: Omit<Instance, 'window'>;
  readonly start: Assignment; // its unplaced copies per tier are held
  readonly prices: Float64Array; // node classes × resources
  /** Steps of the bound to make; Infinity when the clock decides. */
  readonly steps: number;
  /** Components to be proven each by itself, null for the whole at once. */
  readonly components: Components | null;
  /** The least cost at these unplaced copies that anyone knows of, of each component or the whole, kept up to date by the caller. */
  readonly ceiling: Float64Array;
  /** Memory by which an assistant may take a part of it; null: none will. */
  readonly handover: HandoverMemory | null;
}

/** The body of a thread that proves: every better assignment and bound is posted. */
export async function proofJob(job: ProofJob): Promise<void> {
  const { start, prices, deadline, steps, components, ceiling, handover, board, stop } = job;
  const instance = job.instance as Instance; // the proof looks at numbers only, never at the window
  let best = { places: placesOf(instance, start), cost: scoreOf(instance, start).cost };
  let bound: number | null = null;
  const publish = () => post(board, best.places, best.cost, bound);
  const stopped = () => Atomics.load(stop, 0) !== 0;
  const news = {
    onImproved: (places: Int32Array, cost: number) => {
      best = { places, cost };
      publish();
    },
    onBound: (better: number) => {
      bound = better;
      publish();
    },
  };
  let runtime: Promise<Highs> | undefined;
  const highs = () => (runtime ??= highsRuntime());
  const upperOf = (component: number) => ceiling[component]!;
  if (components) {
    const clock = { deadline, steps, stopped, upperOf };
    bound = (await proveParts(instance, { start, prices, highs, components, ...clock, ...news })).bound;
  } else {
    let step = 0;
    const late = () => stopped() || now() >= deadline;
    const expired = () => step++ >= steps || late();
    const clock = { expired, late, upper: () => upperOf(0) };
    const way = handover && { handover: new Handover(handover, 'owner') };
    bound = (await prove(instance, { start, prices, highs, ...way, ...clock, ...news })).bound;
  }
  publish();
}
