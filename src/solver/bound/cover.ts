import { type DualObjective, dualValue, leastDemands } from '../../model/dual.ts';
import type { Instance } from '../../model/instance.ts';
import { type LinearProgram, LinearProgramBuilder } from '../../model/linear-program.ts';

/** Which nodes to open, whatever runs on them: a program whose least value and `constant` together limit the cost from below. */
export interface Cover {
  readonly program: LinearProgram;
  readonly constant: number;
}

/** Share by which rows are relaxed: more than sums of demands lose to rounding. */
const DUST = 1e-9;

/**
 * A relaxation that keeps nodes whole. All nodes that are open must hold what all placed copies demand at least, resource by
 * resource; beyond that capacity is priced, at what the prices (node classes × resources) of a node have above the least
 * price of the resource anywhere, λ′:
 *
 *     Σ_i count_i · min(min_j (cost_ij + λ′_j d_ij), π) − Σ π u  +  min { Σ_j (opening_j − λ′_j free_j) z_j : Σ_j free_jk z_j ≥ demand_k, z whole }
 *
 * With z continuous and the least prices as its duals this is the bound of the prices themselves, where demands are the
 * same on all nodes: whole z only add to it. Null where no node costs anything to open.
 *
 * With `linked`, y_ij ≤ count_i z_j is priced, too, where j is the one node that is cheapest for i: at w_i, what the next
 * node would cost it more. That raises cost_ij by w_i and lowers opening_j by Σ count_i w_i: whoever closes a node pays
 * for what runs best there, as is the case of all that runs there now and would have to be moved.
 */
export function openingCover(
  instance: Instance,
  objective: DualObjective,
  prices: Float64Array,
  linked = false,
): Cover | null {
  const { opening, free, limit, size, width, pairs } = instance;
  if (!opening || !objective.cost) return null;
  const used = new Uint8Array(size.length); // classes → some task may run there
  for (const q of pairs.node) used[q] = 1;

  const least = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  free.forEach((value, at) => {
    if (value > 0 && used[Math.floor(at / width)] === 1) least[at % width] = Math.min(least[at % width]!, prices[at]!);
  });
  const above = prices.map((price, at) => Math.max(0, price - least[at % width]!));

  const shut = { ...instance, free: new Float64Array(free.length) };
  const links = linked ? linksAt(instance, objective.cost, above) : null;
  let constant = dualValue(shut, links ? { ...objective, cost: links.cost } : objective, above).value;
  const builder = new LinearProgramBuilder();
  const left = leastDemands(instance, objective);
  const worth = Float64Array.from(size, (_, q) => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += above[q * width + k]! * free[q * width + k]!;
    return sum;
  });
  size.forEach((many, q) => {
    if (opening[q]! > 0) return;
    constant -= many * worth[q]!;
    for (let k = 0; k < width && used[q] === 1; k++) left[k]! -= many * limit[q * width + k]!;
  });
  const row = Int32Array.from(left, (demand) => (demand > 0 ? builder.row(1 - DUST, Number.POSITIVE_INFINITY) : -1));
  size.forEach((many, q) => {
    if (opening[q] === 0 || used[q] === 0) return;
    builder.column(opening[q]! - worth[q]! - (links?.saved[q] ?? 0), 0, many, true);
    for (let k = 0; k < width; k++) if (row[k]! >= 0) builder.entry(row[k]!, limit[q * width + k]! / left[k]!);
  });
  return { program: builder.build(), constant };
}

/**
 * The costs of pairs with those on the cheapest node of each task at these prices raised to the next one's, where that node
 * is one of its own class and costs something to open, and by class what all copies together would so pay for it.
 */
function linksAt({ pairs, tasks, count, opening, size, width }: Instance, costs: Float64Array, prices: Float64Array) {
  const cost = costs.slice();
  const saved = new Float64Array(size.length);
  for (let i = 0; i < tasks; i++) {
    let least = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    let at = -1;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      let reduced = costs[p]!;
      for (let k = 0; k < width; k++)
        reduced += prices[pairs.node[p]! * width + k]! * pairs.demand[pairs.row[p]! * width + k]!;
      if (reduced < least) at = p;
      next = Math.min(next, Math.max(least, reduced));
      least = Math.min(least, reduced);
    }
    if (at < 0) continue;
    const q = pairs.node[at]!;
    if (size[q] !== 1 || opening![q] === 0) continue;
    const more = next < Number.POSITIVE_INFINITY ? next - least : opening![q]! / count[i]!;
    cost[at]! += more;
    saved[q]! += count[i]! * more;
  }
  return { cost, saved };
}
