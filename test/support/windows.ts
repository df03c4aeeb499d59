import { readyWindow } from '../../dist/model/parse.js';
import type { Window, WindowInput } from '../../dist/model/window.js';

/** A window that must be fine; throws with its faults when it is not. */
export function ready(raw: WindowInput): Window {
  const parsed = readyWindow(raw);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal).slice(0, 1000));
  return parsed.value;
}

/** The two tasks on two nodes of the README: optimum 1.5. A machine may be busy: all the time it takes. */
export const twoTasks: WindowInput = {
  deadlineMs: 30_000,
  objective: 'time',
  tasks: [
    { id: 'a', demand: { cpu: 2 } },
    { id: 'b', demand: { cpu: 2 } },
  ],
  nodes: [
    { id: 'x', capacity: { cpu: 2 }, speed: 2 },
    { id: 'y', capacity: { cpu: 4 } },
  ],
};
