import type { Warning } from './answer.ts';
import { closest, pointer } from './faults.ts';
import { nodeCopies } from './rules.ts';
import type { Window } from './window.ts';

/** Odd but answerable input: names in `on` that no node bears, and fields that this version passes over. */
export function warningsOf(window: Window): Warning[] {
  const warnings: Warning[] = [];
  if (window.tasks.some((task) => task.on)) {
    const names = new Set([
      ...nodeCopies(window).keys(),
      ...window.nodes.flatMap((node) => (node.kind === undefined ? [node.id] : [node.id, node.kind])),
    ]);
    window.tasks.forEach((task, i) => {
      for (const place in task.on) {
        if (names.has(place)) continue;
        const near = closest(place, names);
        warnings.push({
          code: 'unknown_place',
          pointer: pointer('tasks', i, 'on', place),
          detail: `No node, copy or kind is named "${place}".${near === undefined ? '' : ` Maybe "${near}".`}`,
        });
      }
    });
  }
  if (window.explain)
    warnings.push({
      code: 'not_supported_yet',
      pointer: '/explain',
      detail: 'This version does not rank what capacity is worth; the certificate holds the prices.',
    });
  return warnings.slice(0, MOST_WARNINGS);
}

/** The most warnings an answer lists. */
const MOST_WARNINGS = 200;
