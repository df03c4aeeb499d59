import type { Instance } from '../model/instance.ts';
import type { GroupRules } from '../model/side-rules.ts';
import type { SideState } from '../model/side-state.ts';

/** Groups of which some copies are placed, and fewer than must be. */
export function brokenGangs({ rules }: Instance, sides: SideState): number[] {
  if (!rules) return [];
  return [...rules.groups.keys()].filter((g) => sides.placed(g) > 0 && sides.placed(g) < rules.groups[g]!.gang - 1e-9);
}

/** Of groups that can not all be whole, those to leave out next: the half whose first members come last, one at least. */
export function lastHalf({ rules }: Instance, groups: readonly number[], order: ArrayLike<number>): number[] {
  const turn = new Map(Array.from(order, (task, at) => [task, at]));
  const first = (g: number) => Math.min(...Array.from(rules!.groups[g]!.members, (i) => turn.get(i)!));
  const byTurn = [...groups].sort((a, b) => first(b) - first(a));
  return byTurn.slice(0, Math.ceil(byTurn.length / 2));
}

/** Values at which a group that stays together might: those of nodes on which some member may run. */
export function valuesOf({ pairs }: Instance, { members, together }: GroupRules): number[] {
  const values = new Set<number>();
  for (const i of members)
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) values.add(together!.of[pairs.node[p]!]!);
  return [...values].sort((a, b) => a - b);
}
