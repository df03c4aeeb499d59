import type { Heuristic } from '../heuristics/heuristic.ts';
import { buildInstance, nodeName } from '../model/instance.ts';
import { FIT, freeOf } from '../model/rules.ts';
import type { Task, Window, WindowNode } from '../model/window.ts';
import type { Decision, OpenJob, Policy, Situation } from './policy.ts';

/** Least share of a job that a window tells of: `remaining` has a lower limit. */
const LEAST_SHARE = 1e-9;

/** How a policy may treat jobs that run. */
export interface Liberties {
  readonly preempts: boolean;
  readonly migrates: boolean;
}

/**
 * Places each window by a rule of thumb. Jobs that may not be stopped are no tasks of the window: what they hold is in
 * use. Where they may be moved, they are tasks with `current`, preemptible, and the rule's plan is followed to the letter.
 */
export function heuristicPolicy(heuristic: Heuristic, window: Window, liberties: Liberties, seed: number): Policy {
  const placed = (situation: Situation, tasks: readonly OpenJob[], holders: readonly OpenJob[]) =>
    place(heuristic, windowOf(window, situation, tasks, holders, seed), tasks, situation, seed);
  return {
    name: heuristic.name,
    ...liberties,
    decide(situation: Situation) {
      const { waiting, running } = situation;
      if (!liberties.preempts) return placed(situation, waiting, running);
      const all = [...running, ...waiting].sort((a, b) => a.job - b.job);
      const plan = placed(situation, all, []);
      if (liberties.migrates) return plan;
      return stayingPut(situation, plan, (tasks, holders) => placed(situation, tasks, holders));
    },
  };
}

/**
 * A plan in which jobs do not move: running jobs that a rule would have run go on where they are, waiting ones take
 * the room of the others, and those of the others whose room nobody took go on as well.
 */
function stayingPut(
  { waiting, running, times }: Situation,
  plan: Decision,
  placed: (tasks: readonly OpenJob[], holders: readonly OpenJob[]) => Decision,
): Decision {
  const staying = running.filter(({ job }) => plan.has(job));
  const starting = placed(
    waiting.filter(({ job }) => plan.has(job)),
    staying,
  );
  const holders = new Holders(times);
  for (const { task, node } of staying) holders.take(node, task);
  for (const { job, task } of waiting) if (starting.has(job)) holders.take(starting.get(job)!, task);
  const reprieved = running.filter(({ job, node, task }) => !plan.has(job) && holders.take(node, task));
  return new Map([...[...staying, ...reprieved].map(({ job, node }): [number, number] => [job, node]), ...starting]);
}

/** What is held of each node by the jobs counted so far. */
class Holders {
  readonly #nodes: Situation['times']['nodes'];
  readonly #held = new Map<number, Record<string, number>>();

  constructor({ nodes }: Situation['times']) {
    this.#nodes = nodes;
  }

  /** Counts a job if there is room for it; returns whether there was. */
  take(node: number, { demand }: Task): boolean {
    const held = this.#held.get(node) ?? {};
    const { entry } = this.#nodes[node]!;
    const after = Object.fromEntries(Object.entries(demand).map(([k, d]) => [k, (held[k] ?? 0) + d]));
    if (Object.entries(after).some(([k, amount]) => amount > freeOf(entry, k) * (1 + FIT))) return false;
    this.#held.set(node, { ...held, ...after });
    return true;
  }
}

/** The rule's plan for a window: job → node. */
function place(
  heuristic: Heuristic,
  window: Window,
  tasks: readonly OpenJob[],
  { up, times }: Situation,
  seed: number,
): Map<number, number> {
  const instance = buildInstance(window);
  const indexOf = new Map(up.map((j) => [times.nodes[j]!.id, j]));
  const { placements } = heuristic.place(instance, { seed })!.assignment;
  return new Map(placements.map(({ task, copy }) => [tasks[task]!.job, indexOf.get(nodeName(instance, copy))!]));
}

/** The window of an instant as a client would pose it: some jobs are its tasks, others hold what is in use. */
function windowOf(
  trace: Window,
  { up, times: { nodes } }: Situation,
  tasks: readonly OpenJob[],
  holders: readonly OpenJob[],
  seed: number,
): Window {
  const held = new Map<number, OpenJob[]>();
  for (const open of holders) held.set(open.node, [...(held.get(open.node) ?? []), open]);
  return {
    ...trace,
    tasks: tasks.map((open) => taskOf(open, nodes[open.node]?.id)),
    nodes: up.map((j) => nodeOf(nodes[j]!, held.get(j) ?? [])),
    seed,
  };
}

function taskOf({ task, left, node }: OpenJob, current: string | undefined): Task {
  const duration = task.duration ?? 1;
  const remaining = Math.max(LEAST_SHARE, left * duration);
  return { ...task, duration, remaining, ...(node < 0 ? {} : { current: current!, preemptible: true }) };
}

/** A node by itself, under the name that the trace gives it, with what jobs hold counted as used. */
function nodeOf({ entry, id }: Situation['times']['nodes'][number], held: readonly OpenJob[]): WindowNode {
  const used: Record<string, number> = { ...entry.used };
  for (const { task } of held) for (const k in task.demand) used[k] = (used[k] ?? 0) + task.demand[k]!;
  return { ...entry, id, count: 1, used };
}
