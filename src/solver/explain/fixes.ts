import type { Repair } from '../../model/answer.ts';
import { failedLabel, groupLabels, labelAt, limitOf, type NodeCopy, overrideAt } from '../../model/rules.ts';
import type { Barrier } from '../../model/side-state.ts';
import type { Window } from '../../model/window.ts';
import type { Beside } from './beside.ts';
import { type Operation, remove, set } from './patch.ts';

/** One change of the window that takes away one thing of those that keep a task off a node. */
export interface Fix {
  readonly kind: Exclude<Repair['kind'], 'combined' | 'place' | 'move' | 'preempt'>;
  readonly what: string; // the kind and the rule, the same on every node
  readonly cost: number; // of capacity: share of all there is
  readonly detail: string;
  readonly patch: readonly Operation[];
}

/** What has to change in the window for a task to run on a node copy beside an answer. */
export class Fixes {
  readonly #beside: Beside;
  readonly #window: Window;
  readonly #total = new Map<string, number>(); // resource → capacity of all nodes

  constructor(beside: Beside) {
    this.#beside = beside;
    this.#window = beside.instance.window;
  }

  /** Those of rules that hold whatever is placed; null where nothing here would do. */
  ofRules(i: number, node: NodeCopy): Fix[] | null {
    const { tasks, times, groups } = this.#window;
    const task = tasks[i]!;
    const { entry } = node;
    const e = this.#beside.instance.nodes.entryOf[node.index]!;
    const fixes: Fix[] = [];
    if (times?.[i]?.[node.index] === null) return null; // how long it would take there is not known
    const here = task.pinned && task.current === node.id;
    if (task.pinned && !here) fixes.push(fix('unpin', '', 'unpin it', set(false, 'tasks', i, 'pinned')));
    if (entry.drain && !here)
      fixes.push(fix('drain', '', `end the drain of ${entry.id}`, set(false, 'nodes', e, 'drain')));
    const taints = entry.taints.filter((taint) => !task.tolerates.includes(taint));
    if (taints.length > 0) {
      const tolerates = set([...task.tolerates, ...taints], 'tasks', i, 'tolerates');
      fixes.push(fix('tolerates', taints.join(), `tolerate ${listed(taints)}`, tolerates));
    }
    for (const label in task.requires)
      if (failedLabel({ [label]: task.requires[label]! }, node) !== null)
        fixes.push(fix('requires', label, `drop the rule on ${label}`, remove('tasks', i, 'requires', label)));
    const missing = groupLabels(this.#window, task).filter((label) => labelAt(node, label) === undefined);
    if (missing.length > 0) {
      const { spread, together, maxPer } = groups[task.group!]!;
      for (const [rule, label] of [
        ['spread', spread?.label],
        ['together', together],
      ] as const)
        if (label !== undefined && missing.includes(label))
          fixes.push(fix('group', rule, `drop "${rule}" of group ${task.group}`, remove('groups', task.group!, rule)));
      const kept = maxPer?.filter(({ label }) => !missing.includes(label));
      if (kept && kept.length < maxPer!.length)
        fixes.push(
          fix(
            'group',
            'maxPer',
            `drop "maxPer" ${listed(missing)} of group ${task.group}`,
            set(kept, 'groups', task.group!, 'maxPer'),
          ),
        );
    }
    return fixes;
  }

  /** Those that this answer asks for, for `amount` of the task. */
  ofAnswer(i: number, node: NodeCopy, amount: number): Fix[] {
    const fixes = this.#beside.barriers(i, node.index, amount).map((barrier) => this.#lifted(i, barrier));
    const capacity = this.#capacity(i, node, amount);
    return capacity ? [capacity, ...fixes] : fixes;
  }

  /** Instead of all that a task's group asks for: the task without its group. */
  leaving(i: number): Fix {
    const group = this.#window.tasks[i]!.group!;
    return fix('group', 'leave', `take it out of group ${group}`, remove('tasks', i, 'group'));
  }

  #capacity(i: number, node: NodeCopy, amount: number): Fix | null {
    const { resources, width, nodes } = this.#beside.instance;
    const { demand } = this.#window.tasks[i]!;
    const { entry } = node;
    const e = nodes.entryOf[node.index]!;
    const override = overrideAt(this.#window.tasks[i]!, node)?.demand;
    const more: string[] = [];
    const patch: Operation[] = [];
    let cost = 0;
    resources.forEach((k, at) => {
      const needed = amount * (override?.[k] ?? demand[k] ?? 0);
      const load = this.#beside.loads[node.index * width + at]!;
      if (needed === 0 || load + needed <= limitOf(entry, k)) return;
      const capacity = decimal((entry.used[k] ?? 0) + load + needed);
      const lacking = decimal(capacity - (entry.capacity[k] ?? 0));
      more.push(`${lacking} more ${k}`);
      patch.push(set(capacity, 'nodes', e, 'capacity', k));
      cost += (lacking * entry.count) / this.#capacityOf(k);
    });
    if (patch.length === 0) return null;
    const where = entry.count > 1 ? `every ${entry.id}` : entry.id;
    return { kind: 'capacity', what: 'capacity', cost, detail: `${listed(more)} on ${where}`, patch };
  }

  /** Capacity of all nodes; of what none has, as little as can be. */
  #capacityOf(k: string): number {
    const known =
      this.#total.get(k) ?? this.#window.nodes.reduce((sum, node) => sum + node.count * (node.capacity[k] ?? 0), 0);
    this.#total.set(k, known);
    return Math.max(known, 1e-9);
  }

  /** A side rule relaxed as far as it has to be. */
  #lifted(i: number, { code, label, other, needed }: Barrier): Fix {
    const { groups, tasks } = this.#window;
    if (code === 'moves') return fix('max-moves', '', `allow ${needed} moves`, set(needed, 'maxMoves'));
    const name = tasks[i]!.group!;
    const rules = groups[name]!;
    const group = (what: string, detail: string, ...patch: Operation[]) => fix('group', what, detail, ...patch);
    switch (code) {
      case 'group:max-per-node':
        return group(
          'maxPerNode',
          `let group ${name} have ${needed} copies on a node`,
          set(needed, 'groups', name, 'maxPerNode'),
        );
      case 'group:max-per': {
        const patch = rules.maxPer!.flatMap((limit, l) =>
          limit.label === label && limit.count < needed ? [set(needed, 'groups', name, 'maxPer', l, 'count')] : [],
        );
        return group(`maxPer ${label}`, `let group ${name} have ${needed} copies per ${label}`, ...patch);
      }
      case 'group:spread':
        return group(
          'spread',
          `let group ${name} have a skew of ${needed} over ${label}`,
          set(needed, 'groups', name, 'spread', 'maxSkew'),
        );
      case 'group:together':
        return group('together', `drop "together" of group ${name}`, remove('groups', name, 'together'));
      case 'group:gang':
        return group(
          'gang',
          needed > 1 ? `let ${needed} copies of group ${name} do` : `drop the gang of group ${name}`,
          set(needed > 1 ? needed : false, 'groups', name, 'gang'),
        );
      default: {
        const neighbour = this.#beside.instance.rules!.groups[other!]!.name;
        const patch = [
          [name, neighbour],
          [neighbour, name],
        ].flatMap(([one, from]) => {
          const { apartFrom } = groups[one!]!;
          if (!apartFrom?.includes(from!)) return [];
          return [
            set(
              apartFrom.filter((each) => each !== from),
              'groups',
              one!,
              'apartFrom',
            ),
          ];
        });
        return group(`apartFrom ${neighbour}`, `let groups ${name} and ${neighbour} share nodes`, ...patch);
      }
    }
  }
}

const fix = (kind: Fix['kind'], what: string, detail: string, ...patch: Operation[]): Fix => ({
  kind,
  what: `${kind} ${what}`,
  cost: 0,
  detail,
  patch,
});

/** "a", "a and b", "a, b and c". */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** A sum of decimals without the rounding that it came with. */
const decimal = (value: number): number => Number(value.toPrecision(12));
