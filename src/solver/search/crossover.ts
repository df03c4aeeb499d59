import type { Packing } from './packing.ts';

/**
 * Partition crossover (Whitley, Hains, Howe 2009, there of tours): the best assignment and another one (units → node copy)
 * differ in moves that fall apart into groups without a node in common. Of each group the cheaper moves are kept, and no
 * node then holds anything but what it does in one of both: two feasible assignments make one that is at least as good.
 * Returns the places of all units, or the other's as they are where either leaves out any of the units that differ.
 */
export function crossover(packing: Packing, places: Int32Array): Int32Array {
  const { best, task, table, instance } = packing;
  const { nodes, pairs } = instance;
  const parent = Int32Array.from({ length: nodes.copies }, (_, copy) => copy);
  const groupOf = (copy: number): number => {
    let root = copy;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]!]!;
      root = parent[root]!;
    }
    return root;
  };
  const differing: number[] = [];
  for (let unit = 0; unit < best.length; unit++) {
    const [here, there] = [best[unit]!, places[unit]!];
    if (here === there) continue;
    if (here < 0 || there < 0) return places;
    parent[groupOf(here)] = groupOf(there);
    differing.push(unit);
  }
  const costAt = (unit: number, copy: number) => pairs.cost[table.at(task[unit]!, nodes.classOf[copy]!)]!;
  const dearer = new Float64Array(nodes.copies); // groups → what the other's moves cost more
  for (const unit of differing)
    dearer[groupOf(best[unit]!)]! += costAt(unit, places[unit]!) - costAt(unit, best[unit]!);
  const child = best.slice();
  for (const unit of differing) if (dearer[groupOf(best[unit]!)]! < 0) child[unit] = places[unit]!;
  return child;
}
