import type { Assignment } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import { post } from './board.ts';
import { now } from './budget.ts';
import type { Channel } from './follow.ts';
import { assist } from './proof/assist.ts';
import { Handover, type HandoverMemory } from './proof/handover.ts';

/** A part of what another thread proves. */
export interface AssistJob extends Channel {
  readonly instance: Omit<Instance, 'window'>;
  readonly start: Assignment; // with the unplaced copies per tier that the proof holds
  readonly prices: Float64Array; // node classes × resources
  /** The least cost at these unplaced copies that anyone knows of, kept up to date by the caller. */
  readonly ceiling: Float64Array;
  readonly handover: HandoverMemory;
}

/** The body of a thread that assists a proof: every better assignment is posted. */
export function assistJob({ instance, start, prices, ceiling, handover, deadline, board, stop }: AssistJob): void {
  assist(instance, {
    start,
    prices,
    handover: new Handover(handover, 'assistant'),
    expired: () => Atomics.load(stop, 0) !== 0 || now() >= deadline,
    upper: () => ceiling[0]!,
    onImproved: (places, cost) => post(board, places, cost, null),
  });
}
