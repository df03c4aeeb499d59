import { copyName, groupLabels, type NodeCopy, openingCost } from './rules.ts';
import type { Window } from './window.ts';

/**
 * Nodes that no task can tell apart, folded into classes: equal in everything that eligibility, time, cost and
 * capacity depend on, ids included where a rule names them. A class keeps its members as a range of copies.
 */
export interface NodeClasses {
  readonly classes: number;
  readonly copies: number; // nodes of the window, copies unfolded
  readonly classOf: Int32Array; // copies → class
  readonly memberStart: Int32Array; // classes + 1; members of class q: member[memberStart[q] … memberStart[q + 1] − 1]
  readonly member: Int32Array; // copies, grouped by class, in the order of the window within each
  readonly representative: readonly NodeCopy[]; // classes → its first member
  readonly entryOf: Int32Array; // copies → index into window.nodes
  readonly entryStart: Int32Array; // index into window.nodes → its first copy
}

/** Folds the nodes of a window into classes, for tasks that demand `resources`. */
export function nodeClasses(window: Window, resources: readonly string[]): NodeClasses {
  const labels = ruledLabels(window);
  const named = labels.has('node') ? null : namedNodes(window); // null: every node by itself
  const entryStart = new Int32Array(window.nodes.length + 1);
  window.nodes.forEach((entry, e) => {
    entryStart[e + 1] = entryStart[e]! + entry.count;
  });
  const copies = entryStart[window.nodes.length]!;
  const columnHash = window.times ? hashColumns(window.times, copies) : null;
  const classOf = new Int32Array(copies);
  const entryOf = new Int32Array(copies);
  const representative: NodeCopy[] = [];
  const bySignature = new Map<string, number[]>(); // signature → classes that differ in their times column only

  window.nodes.forEach((entry, e) => {
    const shared = JSON.stringify([
      !named || named.has(entry.id) ? entry.id : 0,
      entry.kind ?? null,
      entry.speed,
      entry.price,
      entry.drain,
      openingCost(entry),
      [...entry.taints].sort(),
      resources.map((k) => [entry.capacity[k] ?? 0, entry.used[k] ?? 0]),
      Array.from(labels, (label) => entry.labels[label] ?? null),
    ]);
    for (let k = 0; k < entry.count; k++) {
      const copy = entryStart[e]! + k;
      const id = copyName(entry, k);
      const signature = `${entry.count > 1 && (!named || named.has(id)) ? id : ''}\n${columnHash ? columnHash[copy] : ''}\n${shared}`;
      const alike = bySignature.get(signature) ?? [];
      bySignature.set(signature, alike);
      let found = alike.find((q) => !window.times || sameColumn(window.times, representative[q]!.index, copy));
      if (found === undefined) {
        found = representative.length;
        representative.push({ entry, id, index: copy });
        alike.push(found);
      }
      classOf[copy] = found;
      entryOf[copy] = e;
    }
  });

  const classes = representative.length;
  const memberStart = new Int32Array(classes + 1);
  for (const q of classOf) memberStart[q + 1]!++;
  for (let q = 0; q < classes; q++) memberStart[q + 1]! += memberStart[q]!;
  const next = memberStart.slice();
  const member = new Int32Array(copies);
  for (let copy = 0; copy < copies; copy++) member[next[classOf[copy]!]!++] = copy;
  return { classes, copies, classOf, memberStart, member, representative, entryOf, entryStart };
}

/** Names of nodes, entries or copies, that some rule speaks of. */
function namedNodes(window: Window): Set<string> {
  const names = new Set<string>();
  for (const task of window.tasks) {
    for (const place in task.on) names.add(place);
    const movable = task.moveCost > 0 || window.maxMoves !== undefined;
    if ((task.pinned || movable) && task.current !== undefined) names.add(task.current);
    for (const rules of [task.requires, ...task.prefers.map(({ labels }) => labels)]) {
      const rule = rules?.node;
      if (rule === undefined) continue;
      const wanted = typeof rule === 'object' && !Array.isArray(rule) ? (rule.not ?? []) : rule;
      for (const id of Array.isArray(wanted) ? wanted : [wanted]) names.add(String(id));
    }
  }
  return names;
}

/** Labels that some rule tells nodes apart by: `node` only where a group does, which tells all of them apart. */
function ruledLabels(window: Window): Set<string> {
  const labels = new Set<string>();
  for (const task of window.tasks) {
    for (const rules of [task.requires, ...task.prefers.map(({ labels }) => labels)])
      for (const label in rules) if (label !== 'node') labels.add(label);
    for (const label of groupLabels(window, task)) labels.add(label);
  }
  return labels;
}

/** A hash of each column of the matrix, null cells included. */
function hashColumns(times: (number | null)[][], copies: number): Int32Array {
  const hash = new Int32Array(copies);
  const cell = new Float64Array(1);
  const bits = new Int32Array(cell.buffer);
  for (const row of times) {
    for (let j = 0; j < copies; j++) {
      cell[0] = row[j] ?? -1;
      hash[j] = Math.imul(Math.imul(hash[j]!, 31) + bits[0]!, 31) + bits[1]!;
    }
  }
  return hash;
}

const sameColumn = (times: (number | null)[][], a: number, b: number): boolean =>
  times.every((row) => row[a] === row[b]);
