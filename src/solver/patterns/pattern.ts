import { type Assignment, assignmentOf, type Placement } from '../../model/assignment.ts';
import { type Instance, pairAt } from '../../model/instance.ts';

/** One way to fill a node of a class: so many copies of these tasks, which fit together. */
export interface Pattern {
  readonly nodeClass: number;
  readonly task: Int32Array;
  readonly copies: Int32Array; // of each, ≥ 1
  readonly cost: number;
}

/** So many nodes of a pattern's class filled with it. */
export interface Use {
  readonly pattern: Pattern;
  readonly nodes: number;
}

/** The assignment that fills the nodes of each class, first to last, with the patterns used; nodes beyond a class's last are left out. */
export function assignmentOfUses(instance: Instance, uses: readonly Use[]): Assignment {
  const { nodes } = instance;
  const next = nodes.memberStart.slice(0, nodes.classes);
  const placements: Placement[] = [];
  for (const { pattern, nodes: many } of uses) {
    for (let k = 0; k < many; k++) {
      const copy = nodes.member[next[pattern.nodeClass]!++]!;
      pattern.task.forEach((task, at) => {
        placements.push({ task, pair: pairAt(instance, task, copy), copy, amount: pattern.copies[at]! });
      });
    }
  }
  return assignmentOf(instance, placements);
}
