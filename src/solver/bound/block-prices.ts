import { reducedCost } from '../../model/dual.ts';
import type { Budget } from '../budget.ts';
import type { CapacityRows } from './capacity-rows.ts';

/** Passes over all tasks, and blocks of tasks in each. */
const EPOCHS = 8;
const BLOCKS = 32;
/** Prices move in one epoch by at most this share of the mean cost of capacity at first, and by LAST of that in the end. */
const FIRST_STEP = 0.4;
const LAST = 0.03;

/**
 * Capacity prices (as the rows' capacity) to begin with, from nothing: block after block of tasks
 * each chooses its best pair, and after every block prices move with the relative excess of load over capacity, clipped
 * to ±1, by steps that decay. An incremental subgradient method (Nedić, Bertsekas 2001) that, in the manner of an
 * auction, keeps the choices of the other blocks in mind. Returns the mean prices of the last epoch, or those at hand
 * when the budget ends.
 */
export function blockPrices(rows: CapacityRows, budget: Budget): Float64Array {
  const { pairs, cost, width, tasks, count, capacity } = rows;
  const prices = new Float64Array(capacity.length);
  const mean = new Float64Array(capacity.length);
  const load = new Float64Array(capacity.length);
  const choice = new Int32Array(tasks).fill(-1);
  const unit = unitPrices(rows);
  const decay = LAST ** (1 / (EPOCHS * BLOCKS));
  let step = FIRST_STEP / BLOCKS;

  const carry = (i: number, p: number, sign: number): void => {
    const q = pairs.node[p]! * width;
    const row = pairs.row[p]! * width;
    for (let k = 0; k < width; k++) load[q + k]! += sign * count[i]! * pairs.demand[row + k]!;
  };
  const best = (i: number): number => {
    let least = Number.POSITIVE_INFINITY;
    let found = -1;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const reduced = reducedCost(pairs, width, cost[p]!, prices, p);
      if (reduced < least) {
        least = reduced;
        found = p;
      }
    }
    return found;
  };

  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let block = 0; block < BLOCKS; block++) {
      if (budget.expired()) return prices;
      for (let i = block; i < tasks; i += BLOCKS) {
        if (choice[i]! >= 0) carry(i, choice[i]!, -1);
        choice[i] = best(i);
        if (choice[i]! >= 0) carry(i, choice[i]!, 1);
      }
      // in the first epoch only some of the tasks have chosen: against as much of the capacity
      const seen = epoch === 0 ? (block + 1) / BLOCKS : 1;
      for (let at = 0; at < prices.length; at++) {
        const room = capacity[at]! * seen;
        if (room === 0) continue;
        const excess = Math.max(-1, Math.min(1, (load[at]! - room) / room));
        prices[at] = Math.max(0, prices[at]! + step * excess * unit[at % width]!);
        if (epoch === EPOCHS - 1) mean[at]! += prices[at]! / BLOCKS;
      }
      step *= decay;
    }
  }
  return mean;
}

/** Per resource, the mean cost of what is demanded of it: cost of all tasks over their demand. */
function unitPrices({ pairs, cost, width, tasks, count }: CapacityRows): Float64Array {
  const demand = new Float64Array(width);
  let total = 0;
  for (let i = 0; i < tasks; i++) {
    const first = pairs.start[i]!;
    const end = pairs.start[i + 1]!;
    if (first === end) continue;
    let sum = 0;
    for (let p = first; p < end; p++) sum += cost[p]!;
    total += (count[i]! * sum) / (end - first);
    for (let k = 0; k < width; k++) demand[k]! += count[i]! * pairs.demand[pairs.row[first]! * width + k]!;
  }
  return demand.map((many) => (many > 0 ? total / many : 0));
}
