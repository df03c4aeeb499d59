/** What the service does with a body: the last step of its address under /v1. */
export const OPERATIONS = ['placements', 'comparisons', 'verifications', 'quotes', 'frontiers'] as const;
export type Operation = (typeof OPERATIONS)[number];
