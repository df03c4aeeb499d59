import { type Instance, nodeName } from './instance.ts';
import type { Loads } from './loads.ts';
import { FIT, failedLabel, freeOf, hostileTaint, missingLabel, overrideAt } from './rules.ts';
import type { Barrier } from './side-state.ts';
import type { Task } from './window.ts';

/** Why copies of a task found no place. `nodes` counts the node copies of which it is true; one node may have several reasons. */
export interface Reason {
  /**
   * `too-big`: no copy fits the node even when it is empty. `requires`, `taint`, `drained`, `pinned`, `times`, `label`: the
   * rule that keeps the task away whatever else is placed. Beside this answer: `full`: no copy fits; `group:…`, `moves`:
   * one more copy there would break the rule; `outranked`: one would fit if copies of earlier tiers were not there;
   * `overlooked`: one would fit, and the search ended before it was tried.
   */
  readonly code:
    | 'too-big'
    | 'full'
    | 'requires'
    | 'taint'
    | 'drained'
    | 'pinned'
    | 'times'
    | 'label'
    | 'outranked'
    | 'overlooked'
    | Barrier['code'];
  readonly resource?: string; // of too-big and full
  readonly label?: string; // of requires, label, max-per, spread and together: the label; of taint: the taint
  readonly group?: string; // of apart-from: the group that is there
  readonly nodes: number;
  readonly tiers?: readonly { readonly tier: string; readonly copies: number }[]; // of outranked: who is there
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
    const key = JSON.stringify([task.requires ?? 0, task.tolerates, task.pinned ? task.current : 0, task.group ?? 0]);
    const shared = this.#byRules.get(key) ?? [...this.#brokenRules(task)];
    this.#byRules.set(key, shared);
    const reasons = [...shared];
    const times = window.times?.[i];
    const never = times ? this.#count((q) => times[nodes.representative[q]!.index] === null) : null;
    if (never && never.nodes > 0)
      reasons.push({ code: 'times', nodes: never.nodes, example: { node: never.example() } });
    return [...reasons, ...this.#tooBig(i, task)];
  }

  *#brokenRules(task: Task): Generator<Reason> {
    const { nodes, window } = this.#instance;
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
      const missing = missingLabel(window, task, at(q));
      if (missing !== null) count(q, 'label', missing);
    }
    for (const { first, ...reason } of counters.values()) yield { ...reason, example: { node: at(first).id } };
  }

  /** Of the nodes without a pair only: where there is one, a copy fits. */
  *#tooBig(i: number, task: Task): Generator<Reason> {
    const { nodes, divisible, pairs } = this.#instance;
    const resources = new Set(Object.keys(task.demand));
    for (const place in task.on) for (const k in task.on[place]!.demand) resources.add(k);
    const barred = new Uint8Array(nodes.classes).fill(1);
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) barred[pairs.node[p]!] = 0;
    if (!barred.includes(1)) return;
    const overrides = task.on
      ? nodes.representative.map((node, q) => (barred[q] === 1 ? overrideAt(task, node)?.demand : undefined))
      : null;
    for (const resource of resources) {
      const free = this.#freeOf(resource);
      const required = (q: number) => overrides?.[q]?.[resource] ?? task.demand[resource] ?? 0;
      const isTooBig = (q: number) =>
        barred[q] === 1 && (divisible ? required(q) > 0 && free[q] === 0 : required(q) > free[q]! * (1 + FIT));
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
  const { memberStart, member } = nodes;
  const { node, row, demand } = pairs;
  const many = new Float64Array(width);
  const most = new Float64Array(width).fill(Number.NEGATIVE_INFINITY); // available on the roomiest of them
  const where = new Int32Array(width);
  const needed = new Float64Array(width);
  const end = pairs.start[i + 1]!;
  for (let p = pairs.start[i]!; p < end; p++) {
    const last = memberStart[node[p]! + 1]!;
    for (let k = 0; k < width; k++) {
      const required = demand[row[p]! * width + k]!;
      if (required === 0) continue;
      const room = free[node[p]! * width + k]!;
      const ceiling = divisible ? (1 - 1e-6) * room : limit[node[p]! * width + k]! - required; // of loads that leave room
      for (let at = memberStart[node[p]!]!; at < last; at++) {
        const load = loads[member[at]! * width + k]!;
        if (divisible ? load < ceiling : load <= ceiling) continue;
        many[k]!++;
        if (room - load <= most[k]!) continue;
        most[k] = room - load;
        where[k] = member[at]!;
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
