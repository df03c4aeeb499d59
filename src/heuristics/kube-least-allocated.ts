import { meanShare, shareAfter } from './fullness.ts';
import { greedy } from './greedy.ts';
import { byTier } from './orders.ts';

/**
 * kube-scheduler's default: pods by priority, then as given (PrioritySort); node by the NodeResourcesFit score with the
 * strategy LeastAllocated: the mean over resources of (allocatable − requested) · 100 / allocatable, the pod's own
 * request included, highest wins. Its other score plug-ins (balance, spreading, image locality) are not modelled.
 */
export const kubeLeastAllocated = greedy({
  name: 'kube-least-allocated',
  summary: 'kube-scheduler: by priority, each copy on the node with the largest mean share free after placing.',
  source:
    'Kubernetes documentation, “Scheduler configuration” and “Resource bin packing”: NodeResourcesFit, LeastAllocated',
  order: (instance) => byTier(instance),
  score: () => (candidate) => meanShare(candidate, shareAfter),
  spreads: true,
});
