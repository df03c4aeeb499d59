import { type Fault, pointer, shown } from './faults.ts';
import type { Window } from './window.ts';

/**
 * Fields of the contract that change the answer but that no method solves yet. They are refused, never ignored;
 * the default (a cost of 0, an empty list) passes.
 */
export function unsupported(window: Window): Fault[] {
  const faults: Fault[] = [];
  const refuse = (value: unknown, ...at: (string | number)[]) => {
    faults.push({
      code: 'not_supported_yet',
      pointer: pointer(...at),
      expected: 'a window without this field',
      found: shown(value),
      hint: 'Maybe leave it out for now and check the answer against it.',
    });
  };
  if (Object.keys(window.groups).length > 0) refuse(window.groups, 'groups');
  if (window.maxMoves !== undefined) refuse(window.maxMoves, 'maxMoves');
  window.tasks.forEach((task, i) => {
    if (task.prefers.length > 0) refuse(task.prefers, 'tasks', i, 'prefers');
    if (task.moveCost > 0) refuse(task.moveCost, 'tasks', i, 'moveCost');
  });
  window.nodes.forEach((node, j) => {
    if (node.openCost > 0) refuse(node.openCost, 'nodes', j, 'openCost');
    if (node.open) refuse(node.open, 'nodes', j, 'open');
  });
  return faults;
}
