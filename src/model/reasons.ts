import { type Instance, nodeName } from './instance.ts';
import type { Loads } from './loads.ts';
import { FIT, failedLabel, freeOf, hostileTaint, overrideAt } from './rules.ts';

/** Why copies of a task found no place. `nodes` counts the node copies of which it is true; one node may have several reasons. */
export interface Reason {
  /**
   * `too-big`: no copy fits the node even when it is empty. `full`: none fits beside what this answer puts there.
   * `requires`, `taint`, `drained`, `pinned`, `times`: the rule that keeps the task away.
   */
  readonly code: 'too-big' | 'full' | 'requires' | 'taint' | 'drained' | 'pinned' | 'times';
  readonly resource?: string; // of too-big and full
  readonly label?: string; // of requires: the label; of taint: the taint
  readonly nodes: number;
  readonly example?: { readonly node: string; readonly required?: number; readonly available?: number }; // amounts of too-big and full
}

/** Counts reasons by code and detail, keeping as example the node with most of the resource available. */
class ReasonCounter {
  readonly #reasons = new Map<string, { -readonly [K in keyof Reason]: Reason[K] }>();

  add(
    reason: Omit<Reason, 'nodes' | 'example'>,
    nodes: number,
    example: { node: () => string; required?: number; available?: number },
  ): void {
    const key = `${reason.code}\n${reason.resource ?? reason.label ?? ''}`;
    const counted = this.#reasons.get(key) ?? { ...reason, nodes: 0 };
    this.#reasons.set(key, counted);
    counted.nodes += nodes;
    if (!counted.example || (example.available ?? 0) > (counted.example.available ?? 0)) {
      counted.example = { ...example, node: example.node() };
    }
  }

  get reasons(): Reason[] {
    return [...this.#reasons.values()];
  }
}

/** The reasons that hold whatever else is placed: rules, and demands no empty node could hold. */
export function ruleReasons(instance: Instance, i: number): Reason[] {
  const { window, nodes, size, divisible } = instance;
  const task = window.tasks[i]!;
  const counter = new ReasonCounter();
  nodes.representative.forEach((node, q) => {
    const { entry, id, index } = node;
    const many = size[q]!;
    const example = { node: () => id };
    if (window.times?.[i]?.[index] === null) counter.add({ code: 'times' }, many, example);
    if (task.pinned && task.current !== id) counter.add({ code: 'pinned' }, many, example);
    if (entry.drain && !(task.pinned && task.current === id)) counter.add({ code: 'drained' }, many, example);
    const taint = hostileTaint(task, entry);
    if (taint !== null) counter.add({ code: 'taint', label: taint }, many, example);
    const label = failedLabel(task.requires, node);
    if (label !== null) counter.add({ code: 'requires', label }, many, example);
    const demand = { ...task.demand, ...overrideAt(task, node)?.demand };
    for (const [resource, required] of Object.entries(demand)) {
      const available = freeOf(entry, resource);
      const tooBig = required > 0 && (divisible ? available === 0 : required > available * (1 + FIT));
      if (tooBig) counter.add({ code: 'too-big', resource }, many, { node: () => id, required, available });
    }
  });
  return counter.reasons;
}

/** The nodes a task may run on that have no room for one more copy (in a divisible window: for any share of one) at these loads. */
export function roomReasons(instance: Instance, loads: Loads, i: number): Reason[] {
  const { pairs, nodes, width, free, limit, divisible, resources } = instance;
  const counter = new ReasonCounter();
  for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
    const q = pairs.node[p]!;
    for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]!; at++) {
      const copy = nodes.member[at]!;
      for (let k = 0; k < width; k++) {
        const required = pairs.demand[pairs.row[p]! * width + k]!;
        const load = loads[copy * width + k]!;
        const lacking = divisible
          ? free[q * width + k]! - load <= 1e-6 * free[q * width + k]!
          : load + required > limit[q * width + k]!;
        if (required > 0 && lacking)
          counter.add({ code: 'full', resource: resources[k]! }, 1, {
            node: () => nodeName(instance, copy),
            required,
            available: Math.max(0, free[q * width + k]! - load),
          });
      }
    }
  }
  return counter.reasons;
}
