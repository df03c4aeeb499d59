import { nodeCopies } from '../model/rules.ts';
import type { Window } from '../model/window.ts';
import { check } from './check.ts';

/** How full each node is before anything is placed, by the tasks that run; empty where none does, or nodes are many. */
export function sharesNow(window: Window): readonly number[] {
  const nodes = nodeCopies(window);
  const running = window.tasks.flatMap(({ id, current, count }) =>
    current !== undefined && nodes.has(current) ? [{ task: id, node: current, copies: count }] : [],
  );
  return running.length === 0 ? [] : check(window, running).shares;
}
