import type { Warning } from './answer.ts';
import { closest, pointer } from './faults.ts';
import { nodeCopies } from './rules.ts';
import type { LabelRule, Window } from './window.ts';

/** The most warnings an answer lists. */
const MOST_WARNINGS = 200;

/** Odd but answerable input: names that no node bears, most often slips of spelling. */
export function warningsOf(window: Window): Warning[] {
  const warnings: Warning[] = [];
  const known = knownNames(window);
  const unknown = (
    code: string,
    what: string,
    name: string,
    names: ReadonlySet<string>,
    ...at: (string | number)[]
  ) => {
    if (names.has(name) || warnings.length >= MOST_WARNINGS) return;
    const near = closest(name, names);
    warnings.push({
      code,
      pointer: pointer(...at),
      detail: `No ${what} "${name}".${near === undefined ? '' : ` Maybe "${near}".`}`,
    });
  };
  window.tasks.forEach((task, i) => {
    for (const place in task.on)
      unknown('unknown_place', 'node, copy or kind is named', place, known.places, 'tasks', i, 'on', place);
    for (const k in task.demand)
      if (task.demand[k]! > 0)
        unknown('unknown_resource', 'node has the resource', k, known.resources, 'tasks', i, 'demand', k);
    for (const label in task.requires) {
      if (wantsLabel(task.requires[label]!))
        unknown('unknown_label', 'node has the label', label, known.labels, 'tasks', i, 'requires', label);
    }
    for (const taint of task.tolerates)
      unknown('unknown_taint', 'node has the taint', taint, known.taints, 'tasks', i, 'tolerates');
    if (task.pinned && task.current !== undefined)
      unknown('unknown_node', 'node is named', task.current, known.nodes, 'tasks', i, 'current');
  });
  window.nodes.forEach((node, j) => {
    for (const k in node.used) {
      if (node.used[k]! > (node.capacity[k] ?? 0) && warnings.length < MOST_WARNINGS) {
        const detail = `${node.used[k]} of ${k} used, of a capacity of ${node.capacity[k] ?? 0}: nothing is free.`;
        warnings.push({ code: 'over_used', pointer: pointer('nodes', j, 'used', k), detail });
      }
    }
  });
  return warnings;
}

/** Whether a rule can only hold where the label is. */
const wantsLabel = (rule: LabelRule): boolean =>
  typeof rule !== 'object' ||
  Array.isArray(rule) ||
  rule.min !== undefined ||
  rule.max !== undefined ||
  rule.exists === true;

function knownNames(window: Window) {
  const nodes = new Set(nodeCopies(window).keys());
  const all = <T>(list: (node: Window['nodes'][number]) => Iterable<T>) =>
    new Set(window.nodes.flatMap((node) => [...list(node)]));
  const kinds = all((node) => (node.kind === undefined ? [] : [node.kind]));
  return {
    nodes,
    places: new Set([...nodes, ...all((node) => [node.id]), ...kinds]),
    resources: all((node) => Object.keys(node.capacity)),
    labels: new Set(['node', 'kind', ...all((node) => Object.keys(node.labels))]),
    taints: all((node) => node.taints),
  };
}
