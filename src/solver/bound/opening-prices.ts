import type { DualObjective } from '../../model/dual.ts';
import { bestPairs } from '../candidates.ts';
import { type CapacityRows, rowsOfAll } from './capacity-rows.ts';
import { maximise } from './newton.ts';
import { SmoothedDual } from './smoothed-dual.ts';

/** Temperatures as shares of what opening costs a copy. */
const HOT = 1;
const COLD = 1e-4;

/**
 * Capacity prices (as the rows' capacity) at which most nodes just pay for their opening: first those of each resource that
 * are best if they are the same everywhere, a dual of as many variables as there are resources; where a full node
 * does not earn its opening at them they rise until it does, which loses nothing.
 */
export function openingPrices(rows: CapacityRows, objective: DualObjective, pass: () => boolean): Float64Array {
  const { openings, width, capacity } = rows;
  const prices = new Float64Array(capacity.length);
  if (!openings) return prices;
  const all = rowsOfAll(rows);
  const dual = new SmoothedDual(all, objective, bestPairs(all, all.cost, all.capacity, Number.POSITIVE_INFINITY));
  const common = new Float64Array(dual.size);
  const scarcity = scarcities(all);
  common.set(payingPrices(all, scarcity));
  const scale = openingShare(rows);
  maximise(dual, common, { from: HOT * scale, to: COLD * scale, flat: true }, pass);

  // what each kind's prices may rise by: the least that a node of it lacks of its opening, divided as scarce resources are
  const rise = new Float64Array(capacity.length).fill(Number.POSITIVE_INFINITY);
  openings.at.forEach((q, n) => {
    let lack = openings.cost[n]!;
    let shares = 0;
    for (let k = 0; k < width; k++) {
      lack -= common[k]! * openings.free[n * width + k]!;
      if (openings.free[n * width + k]! > 0) shares += scarcity[k]!;
    }
    for (let k = 0; k < width; k++) {
      const free = openings.free[n * width + k]!;
      const each = shares > 0 && free > 0 ? (Math.max(0, lack) * scarcity[k]!) / shares / free : 0;
      rise[q * width + k] = Math.min(rise[q * width + k]!, each);
    }
  });
  return prices.map(
    (_, at) => common[at % width]! + (rows.open[at]! > 0 || rise[at] === Number.POSITIVE_INFINITY ? 0 : rise[at]!),
  );
}

/** What opening all nodes costs for each copy; 0 where that costs nothing. */
export function openingShare({ openings, count }: CapacityRows): number {
  if (!openings) return 0;
  const cost = openings.cost.reduce((sum, each, n) => sum + each * openings.size[n]!, 0);
  return cost / count.reduce((sum, copies) => sum + copies, 0);
}

/** Resources → demand, each task's first, over the capacity of all nodes. */
function scarcities({ pairs, width, tasks, count, capacity }: CapacityRows): Float64Array {
  const scarcity = new Float64Array(width);
  for (let i = 0; i < tasks; i++) {
    const first = pairs.start[i]!;
    if (first === pairs.start[i + 1]!) continue;
    for (let k = 0; k < width; k++)
      if (capacity[k]! > 0) scarcity[k]! += (count[i]! * pairs.demand[pairs.row[first]! * width + k]!) / capacity[k]!;
  }
  return scarcity;
}

/** Prices at which all nodes together earn what opening them all costs, each resource as much as it is scarce. */
function payingPrices({ openings, capacity }: CapacityRows, scarcity: Float64Array): Float64Array {
  const sum = scarcity.reduce((all, value) => all + value, 0);
  const cost = openings!.cost.reduce((all, value, n) => all + value * openings!.size[n]!, 0);
  return scarcity.map((value, k) => (value > 0 ? ((value / sum) * cost) / capacity[k]! : 0));
}
