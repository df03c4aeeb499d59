import type { Answer } from '../../dist/model/answer.js';
import { mayRun, pairings } from '../../dist/model/pairing.js';
import {
  failedLabel,
  freeOf,
  groupLabels,
  hostileTaint,
  inTierOrder,
  labelAt,
  type NodeCopy,
  nodeCopies,
  tierOf,
} from '../../dist/model/rules.js';
import type { Window } from '../../dist/model/window.js';

/** A reason without its example, as a key, with its nodes. */
type Recounted = Map<string, number>;

const keyOf = (code: string, more: unknown = ''): string => `${code} ${more ?? ''}`;

/** The reasons of an answer by the same keys. */
const told = (reasons: Answer['unplaced'][number]['reasons']): Recounted =>
  new Map(
    reasons.map(({ code, resource, label, group, nodes, tiers }) => [
      keyOf(code, resource ?? label ?? group ?? (tiers && JSON.stringify(tiers))),
      nodes,
    ]),
  );

/**
 * The reasons why task i has unplaced copies beside an answer, from the window and the answer alone, node by node; and how
 * many nodes have none.
 */
function recount(window: Window, answer: Answer, i: number): { reasons: Recounted; without: number } {
  const task = window.tasks[i]!;
  const nodes = nodeCopies(window);
  const at = new Map(window.tasks.map(({ id }, index) => [id, index]));
  const pairing = pairings(window, (name) => nodes.has(name));
  const divisible = window.mode === 'divisible';
  const least = divisible ? 1e-6 * task.count : 1;
  const lines = answer.assignments.map(({ task: id, node, copies }) => {
    const index = at.get(id)!;
    return {
      task: window.tasks[index]!,
      node: nodes.get(node)!,
      copies,
      demand: pairing(index, nodes.get(node)!).demand,
    };
  });
  const onNode = new Map<string, typeof lines>();
  for (const line of lines) onNode.set(line.node.id, [...(onNode.get(line.node.id) ?? []), line]);
  const tier = (t: Window['tasks'][number]) => tierOf(t, t.current !== undefined && nodes.has(t.current));
  const order = inTierOrder(window.tasks.map(tier));
  const rank = (t: Window['tasks'][number]) => order.indexOf(tier(t));
  const running = task.current !== undefined && nodes.has(task.current);
  const group = task.group === undefined ? undefined : window.groups[task.group];
  const reached = group?.spread ? spreadValues(window, task.group!, group.spread.label) : new Set<string>();
  const size = window.tasks.reduce((sum, { group: other, count }) => (other === task.group ? sum + count : sum), 0);

  /** Side rules that one more copy on a node breaks beside some lines. */
  const sides = (node: NodeCopy, beside: typeof lines): string[] => {
    const found: string[] = [];
    const moves = beside.reduce(
      (sum, { task: { current }, node: { id }, copies }) =>
        current !== undefined && nodes.has(current) && current !== id ? sum + copies : sum,
      0,
    );
    if (running && task.current !== node.id && moves + least > (window.maxMoves ?? Infinity) + 1e-9)
      found.push(keyOf('moves'));
    if (!group) return found;
    const mine = beside.filter(({ task: { group: other } }) => other === task.group);
    const sum = (some: typeof lines) => some.reduce((total, { copies }) => total + copies, 0);
    const by = (label: string, value: string) =>
      sum(mine.filter(({ node: other }) => String(labelAt(other, label)) === value));
    const here = (label: string) => by(label, String(labelAt(node, label)));
    if (sum(mine.filter(({ node: { id } }) => id === node.id)) + least > (group.maxPerNode ?? Infinity) + 1e-9)
      found.push(keyOf('group:max-per-node'));
    for (const { label, count } of group.maxPer ?? [])
      if (here(label) + least > count + 1e-9) found.push(keyOf('group:max-per', label));
    if (group.spread) {
      const { label, maxSkew } = group.spread;
      const own = String(labelAt(node, label));
      const others = [...reached].filter((value) => value !== own).map((value) => by(label, value));
      if (here(label) + least - Math.min(...others) > maxSkew + 1e-9) found.push(keyOf('group:spread', label));
    }
    if (group.together !== undefined && sum(mine) > 1e-9 && here(group.together) <= 1e-9)
      found.push(keyOf('group:together', group.together));
    for (const [name, other] of Object.entries(window.groups)) {
      const apart = group.apartFrom?.includes(name) || other.apartFrom?.includes(task.group!);
      if (apart && beside.some(({ task: t, node: { id } }) => t.group === name && id === node.id))
        found.push(keyOf('group:apart-from', name));
    }
    const need = group.gang === true ? size : group.gang || 0;
    if (need > 1 && sum(mine) + least < need - 1e-9) found.push(keyOf('group:gang'));
    return found;
  };

  const lacking = (node: NodeCopy, there: typeof lines): string[] =>
    Object.entries(pairing(i, node).demand).flatMap(([k, d]) => {
      const load = there.reduce((sum, line) => sum + line.copies * (line.demand[k] ?? 0), 0);
      const free = freeOf(node.entry, k);
      const full = divisible ? free - load <= 1e-6 * free : load + d > free * (1 + 0.99e-9);
      return d > 0 && full ? [keyOf('full', k)] : [];
    });

  const reasons: Recounted = new Map();
  const earlier = new Map<string, number>();
  let outranked = 0;
  let without = 0;
  for (const node of nodes.values()) {
    const found: string[] = [];
    const add = (code: string, more?: unknown) => found.push(keyOf(code, more));
    const here = task.pinned && task.current === node.id;
    if (window.times?.[i]?.[node.index] === null) add('times');
    if (task.pinned && !here) add('pinned');
    if (node.entry.drain && !here) add('drained');
    const taint = hostileTaint(task, node.entry);
    if (taint !== null) add('taint', taint);
    const label = failedLabel(task.requires, node);
    if (label !== null) add('requires', label);
    const missing = groupLabels(window, task).find((each) => labelAt(node, each) === undefined);
    if (missing !== undefined) add('label', missing);
    for (const [k, d] of Object.entries(pairing(i, node).demand)) {
      const free = freeOf(node.entry, k);
      if (d > 0 && (divisible ? free === 0 : d > free * (1 + 1e-9))) add('too-big', k);
    }
    if (found.length === 0) {
      const there = onNode.get(node.id) ?? [];
      found.push(...lacking(node, there), ...sides(node, lines));
      const first = there.filter((line) => rank(line.task) < rank(task));
      const rest = first.length === 0 ? lines : lines.filter((line) => !first.includes(line));
      const kept = (some: string[]) => some.filter((key) => key !== keyOf('group:gang'));
      const left = there.filter((line) => !first.includes(line));
      if (
        first.length > 0 &&
        kept(found).length > 0 &&
        kept([...lacking(node, left), ...sides(node, rest)]).length === 0
      ) {
        outranked++;
        for (const line of first) earlier.set(tier(line.task), (earlier.get(tier(line.task)) ?? 0) + line.copies);
      }
      if (found.length === 0) add('overlooked');
    }
    if (found.length === 0) without++;
    for (const key of found) reasons.set(key, (reasons.get(key) ?? 0) + 1);
  }
  const tiers = order.flatMap((name) => (earlier.has(name) ? [{ tier: name, copies: earlier.get(name)! }] : []));
  if (outranked > 0) reasons.set(keyOf('outranked', JSON.stringify(tiers)), outranked);
  return { reasons, without };
}

/** What is wrong with the reasons of an answer's unplaced tasks, recounted. */
export function reasonFaults(window: Window, answer: Answer): string[] {
  const index = new Map(window.tasks.map(({ id }, i) => [id, i]));
  return answer.unplaced.flatMap(({ task, reasons }) => {
    const found = recount(window, answer, index.get(task)!);
    const [said, is] = [told(reasons), found.reasons].map((map) => JSON.stringify([...map].sort()));
    return [
      ...(said === is ? [] : [`${task}: ${said}, is ${is}`]),
      ...(found.without > 0 ? [`${task}: ${found.without} nodes without a reason`] : []),
    ];
  });
}

/** Values of a label at which some member of a group may run. */
function spreadValues(window: Window, group: string, label: string): Set<string> {
  const nodes = nodeCopies(window);
  const pairing = pairings(window, (name) => nodes.has(name));
  const values = new Set<string>();
  window.tasks.forEach((task, i) => {
    if (task.group !== group) return;
    for (const node of nodes.values())
      if (mayRun(window, i, node, pairing(i, node).demand)) values.add(String(labelAt(node, label)));
  });
  return values;
}
