import type { Desk } from '../../dist/api/jobs/desk.js';

/** Waits until something holds, asking again every few milliseconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Waits until every planner of a desk is ready. */
export const allReady = (desk: Desk): Promise<void> =>
  until(() => desk.figures.planners.every(({ isReady }) => isReady));
