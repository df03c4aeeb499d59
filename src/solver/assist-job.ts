import { post } from './board.ts';
import { now } from './budget.ts';
import type { Channel } from './follow.ts';
import { assist } from './proof/assist.ts';
import { Handover, type HandoverMemory } from './proof/handover.ts';
import type { ProofJob } from './proof-job.ts';

/** A part of what another thread proves, from the same start. */
export interface AssistJob extends Channel, Pick<ProofJob, 'instance' | 'start' | 'prices' | 'ceiling'> {
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
