import type { Instance } from '../../model/instance.ts';
import { type ExplorationOptions, explorationOf } from './exploration.ts';
import type { Handover } from './handover.ts';

export interface AssistOptions extends Omit<ExplorationOptions, 'onBound' | 'late'> {
  readonly handover: Handover;
}

/**
 * Explores parts of the tree of {@link prove} in another thread, at the same start, until there are no more rounds. What it
 * finds is reported; what it proves is its owner's.
 */
export function assist(instance: Omit<Instance, 'window'>, options: AssistOptions): void {
  const { handover, expired } = options;
  const calledOff = () => expired() || handover.moved;
  const { domains, tree } = explorationOf(instance, {
    ...options,
    expired: calledOff,
    late: calledOff,
    onBound: () => {},
  });
  if (!domains.settle()) return;
  const goOn = () => !expired();
  for (let round = handover.join(goOn); round; round = handover.join(goOn)) tree.assist(round);
}
