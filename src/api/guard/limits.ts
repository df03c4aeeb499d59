import type { Operation } from '../operation.ts';
import { type Problem, problem } from '../problem.ts';
import type { Settings } from '../settings/schema.ts';

/** How large a window may be; see the settings of the same names. */
export type Limits = Pick<Settings, 'maxTasks' | 'maxNodes' | 'maxPairs' | 'maxDeadlineMs'>;

type Raw = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Raw => value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * The first limit that a body is beyond, or null. Counts on the JSON as it was parsed, before anything is validated or
 * built from it; what is no window at all passes, and is refused by validation.
 */
export function beyondLimits(operation: Operation, body: unknown, limits: Limits): Problem | null {
  const window = ownWindow(operation, body);
  if (!isObject(window)) return null;
  const tasks = listOf(window.tasks).length;
  if (tasks > limits.maxTasks) return beyond('maxTasks', limits.maxTasks, tasks, 'task entries', FOLD);
  const entries = listOf(window.nodes);
  const nodes = entries.reduce<number>((sum, entry) => sum + copiesOf(entry), 0);
  if (nodes > limits.maxNodes) return beyond('maxNodes', limits.maxNodes, nodes, 'nodes, copies unfolded', SPLIT);
  const pairs = pairsOf(tasks, entries, Array.isArray(window.times), limits.maxPairs);
  if (pairs > limits.maxPairs) return beyond('maxPairs', limits.maxPairs, pairs, 'pairs of task and node', FOLD);
  const { deadlineMs } = window;
  if (typeof deadlineMs === 'number' && deadlineMs > limits.maxDeadlineMs)
    return beyond(
      'maxDeadlineMs',
      limits.maxDeadlineMs,
      deadlineMs,
      'ms of deadlineMs',
      `${limits.maxDeadlineMs} will do.`,
    );
  return null;
}

const SPLIT = 'split the window.';
const FOLD = 'fold identical tasks and nodes with `count`, or split the window.';

const beyond = (name: keyof Limits, limit: number, found: number, what: string, hint: string): Problem =>
  problem('limit_exceeded', `Expected at most ${limit} ${what} (${name}), found ${found}. Maybe ${hint}`);

/** The window of a body: all of it, or its `window`. */
const ownWindow = (operation: Operation, body: unknown): unknown =>
  operation === 'placements' || operation === 'comparisons' ? body : isObject(body) ? body.window : null;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Copies that an entry stands for, as far as it says so properly. */
const copiesOf = (entry: unknown): number =>
  isObject(entry) && typeof entry.count === 'number' && entry.count > 1 ? entry.count : 1;

/**
 * Pairs of task and node entry: no fewer than there are to work on, since tasks that may not run somewhere have none
 * there and equal tasks are folded. Nodes that differ in nothing but their id are folded, too, unless a matrix tells
 * them apart; they are compared only where it matters.
 */
function pairsOf(tasks: number, nodes: readonly unknown[], matrix: boolean, limit: number): number {
  if (matrix || tasks * nodes.length <= limit) return tasks * nodes.length;
  return tasks * new Set(nodes.map(withoutId)).size;
}

const withoutId = (node: unknown): string => JSON.stringify(isObject(node) ? { ...node, id: 0, count: 0 } : node);
