import { addTo } from './lists.ts';
import { mayRun, type Pairing } from './pairing.ts';
import { labelAt, type NodeCopy, nodeCopies } from './rules.ts';
import type { Breach } from './verifier.ts';
import type { Window } from './window.ts';

/** Copies of one task that a plan puts on one node. */
export interface Held {
  readonly task: number;
  readonly node: NodeCopy;
  readonly copies: number;
}

const SLACK = 1e-9;

/** Every group rule that a plan breaks, recomputed from the window alone. */
export function groupBreaches(
  window: Window,
  plan: readonly Held[],
  pairing: (i: number, node: NodeCopy) => Pairing,
): Breach[] {
  const breaches: Breach[] = [];
  const held = new Map<string, Held[]>();
  for (const line of plan) addTo(held, window.tasks[line.task]!.group, line);
  const members = new Map<string, number[]>();
  for (const [i, { group }] of window.tasks.entries()) addTo(members, group, i);
  const nodes = [...nodeCopies(window).values()];
  for (const [name, rules] of Object.entries(window.groups)) {
    const lines = held.get(name) ?? [];
    const refuse = (code: Breach['code'], detail: string) => breaches.push({ code, group: name, detail });
    const at = (label: string) => copiesBy(lines, ({ node }) => String(labelAt(node, label)));
    const total = lines.reduce((sum, { copies }) => sum + copies, 0);
    const here = copiesBy(lines, ({ node }) => node.id);
    if (rules.maxPerNode !== undefined)
      for (const [node, copies] of here)
        if (copies > rules.maxPerNode + SLACK)
          refuse('group:max-per-node', `${copies} copies on "${node}", at most ${rules.maxPerNode}`);
    for (const { label, count } of rules.maxPer ?? [])
      for (const [value, copies] of at(label))
        if (copies > count + SLACK)
          refuse('group:max-per', `${copies} copies at ${label}="${value}", at most ${count}`);
    if (rules.together !== undefined && at(rules.together).size > 1)
      refuse('group:together', `${at(rules.together).size} values of ${rules.together}, at most 1`);
    if (rules.spread && total > 0) {
      const counts = at(rules.spread.label);
      const runs = (node: NodeCopy) => (i: number) => mayRun(window, i, node, pairing(i, node).demand);
      const different = unlike(window, members.get(name)!);
      const values = valuesFor(nodes, rules.spread.label, (node) => different.some(runs(node)));
      const all = Array.from(values, (value) => counts.get(value) ?? 0);
      const skew = Math.max(...all) - Math.min(...all);
      if (skew > rules.spread.maxSkew + SLACK)
        refuse('group:spread', `a skew of ${skew} over ${rules.spread.label}, at most ${rules.spread.maxSkew}`);
    }
    if (rules.gang) {
      const all = (members.get(name) ?? []).reduce((sum, i) => sum + window.tasks[i]!.count, 0);
      const need = rules.gang === true ? all : rules.gang;
      if (total > SLACK && total < need - 1e-6)
        refuse('group:gang', `${total} copies placed, at least ${need} or none`);
    }
    for (const other of rules.apartFrom ?? []) {
      const theirs = new Set((held.get(other) ?? []).map(({ node }) => node.id));
      for (const node of here.keys())
        if (theirs.has(node)) refuse('group:apart-from', `shares "${node}" with group "${other}"`);
    }
  }
  return breaches;
}

function copiesBy(lines: readonly Held[], key: (line: Held) => string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) sums.set(key(line), (sums.get(key(line)) ?? 0) + line.copies);
  return sums;
}

/** Values of a label on nodes where some member of a group may run. */
function valuesFor(nodes: readonly NodeCopy[], label: string, someMayRun: (node: NodeCopy) => boolean): Set<string> {
  const values = new Set<string>();
  for (const node of nodes) {
    const value = String(labelAt(node, label));
    if (!values.has(value) && someMayRun(node)) values.add(value);
  }
  return values;
}

/** Of members of a group, one of all that may run on the same nodes. */
function unlike({ tasks, times }: Window, members: readonly number[]): number[] {
  if (times) return [...members];
  const kinds = new Map<string, number>();
  for (const i of members) {
    const { demand, on, requires, tolerates, pinned, current } = tasks[i]!;
    kinds.set(JSON.stringify([demand, on, requires, tolerates, pinned && current]), i);
  }
  return [...kinds.values()];
}
