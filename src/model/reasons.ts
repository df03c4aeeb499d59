import { type Instance, nodeName } from './instance.ts';
import type { Loads } from './loads.ts';
import { FIT, failedLabel, freeOf, hostileTaint, overrideAt } from './rules.ts';
import type { Task } from './window.ts';

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

/** The reasons of a window's tasks; what tasks with the same rules share is found once. */
export class Reasons {
  readonly #instance: Instance;
  readonly #byRules = new Map<string, readonly Reason[]>();
  readonly #free = new Map<string, Float64Array>(); // resource → classes

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** Those that hold whatever else is placed: rules, and demands no empty node could hold. */
  ofRules(i: number): Reason[] {
    const { window, nodes } = this.#instance;
    const task = window.tasks[i]!;
    const key = JSON.stringify([task.requires ?? 0, task.tolerates, task.pinned ? task.current : 0]);
    const shared = this.#byRules.get(key) ?? [...this.#brokenRules(task)];
    this.#byRules.set(key, shared);
    const reasons = [...shared];
    const times = window.times?.[i];
    const never = times ? this.#count((q) => times[nodes.representative[q]!.index] === null) : null;
    if (never && never.nodes > 0)
      reasons.push({ code: 'times', nodes: never.nodes, example: { node: never.example() } });
    return [...reasons, ...this.#tooBig(task)];
  }

  *#brokenRules(task: Task): Generator<Reason> {
    const { nodes } = this.#instance;
    const at = (q: number) => nodes.representative[q]!;
    const here = (q: number) => task.pinned && task.current === at(q).id;
    const counters = new Map<string, { code: Reason['code']; label?: string; nodes: number; first: number }>();
    const count = (q: number, code: Reason['code'], label?: string) => {
      const counter = counters.get(`${code}\n${label}`) ?? {
        code,
        ...(label === undefined ? {} : { label }),
        nodes: 0,
        first: q,
      };
      counters.set(`${code}\n${label}`, counter);
      counter.nodes += this.#instance.size[q]!;
    };
    for (let q = 0; q < nodes.classes; q++) {
      if (task.pinned && !here(q)) count(q, 'pinned');
      if (at(q).entry.drain && !here(q)) count(q, 'drained');
      const taint = hostileTaint(task, at(q).entry);
      if (taint !== null) count(q, 'taint', taint);
      const label = failedLabel(task.requires, at(q));
      if (label !== null) count(q, 'requires', label);
    }
    for (const { first, ...reason } of counters.values()) yield { ...reason, example: { node: at(first).id } };
  }

  *#tooBig(task: Task): Generator<Reason> {
    const { nodes, divisible } = this.#instance;
    const resources = new Set(Object.keys(task.demand));
    for (const place in task.on) for (const k in task.on[place]!.demand) resources.add(k);
    const overrides = task.on ? nodes.representative.map((node) => overrideAt(task, node)?.demand) : null;
    for (const resource of resources) {
      const free = this.#freeOf(resource);
      const required = (q: number) => overrides?.[q]?.[resource] ?? task.demand[resource] ?? 0;
      const isTooBig = (q: number) =>
        divisible ? required(q) > 0 && free[q] === 0 : required(q) > free[q]! * (1 + FIT);
      const { nodes: many, example, roomiest } = this.#count(isTooBig, free);
      if (many > 0)
        yield {
          code: 'too-big',
          resource,
          nodes: many,
          example: { node: example(), required: required(roomiest), available: free[roomiest]! },
        };
    }
  }

  /** Node copies in classes of which something is true, and of those the class with most of `room`. */
  #count(
    isTrue: (q: number) => boolean,
    room?: Float64Array,
  ): { nodes: number; roomiest: number; example: () => string } {
    const { nodes, size } = this.#instance;
    let many = 0;
    let roomiest = -1;
    for (let q = 0; q < nodes.classes; q++) {
      if (!isTrue(q)) continue;
      many += size[q]!;
      if (roomiest < 0 || (room && room[q]! > room[roomiest]!)) roomiest = q;
    }
    return { nodes: many, roomiest, example: () => nodes.representative[roomiest]!.id };
  }

  #freeOf(resource: string): Float64Array {
    const known = this.#free.get(resource);
    if (known) return known;
    const free = Float64Array.from(this.#instance.nodes.representative, ({ entry }) => freeOf(entry, resource));
    this.#free.set(resource, free);
    return free;
  }
}

/** The nodes a task may run on that have no room for one more copy (in a divisible window: for any share of one) at these loads. */
export function roomReasons(instance: Instance, loads: Loads, i: number): Reason[] {
  const { pairs, nodes, width, free, limit, divisible, resources } = instance;
  const many = new Float64Array(width);
  const most = new Float64Array(width).fill(Number.NEGATIVE_INFINITY); // available on the roomiest of them
  const where = new Int32Array(width);
  const needed = new Float64Array(width);
  for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
    const q = pairs.node[p]! * width;
    const row = pairs.row[p]! * width;
    for (let at = nodes.memberStart[pairs.node[p]!]!; at < nodes.memberStart[pairs.node[p]! + 1]!; at++) {
      const copy = nodes.member[at]!;
      for (let k = 0; k < width; k++) {
        const required = pairs.demand[row + k]!;
        const load = loads[copy * width + k]!;
        const available = free[q + k]! - load;
        const lacking = divisible ? available <= 1e-6 * free[q + k]! : load + required > limit[q + k]!;
        if (required === 0 || !lacking) continue;
        many[k]!++;
        if (available <= most[k]!) continue;
        most[k] = available;
        where[k] = copy;
        needed[k] = required;
      }
    }
  }
  return resources.flatMap((resource, k): Reason[] =>
    many[k]! > 0
      ? [
          {
            code: 'full',
            resource,
            nodes: many[k]!,
            example: { node: nodeName(instance, where[k]!), required: needed[k]!, available: Math.max(0, most[k]!) },
          },
        ]
      : [],
  );
}
