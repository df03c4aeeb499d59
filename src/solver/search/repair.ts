import type { Packing } from './packing.ts';
import { DEMAND, type Slots } from './slots.ts';

/**
 * A feasible assignment near an overloaded one, for windows in which some units stay out and hardly a moment passes without
 * an overload: overloaded nodes give up the units that are cheapest to leave out for the strain they cause, then units that
 * are nowhere take what room there is, first tier first. Keeps the outcome if it is better than the best, and goes back.
 */
export function repair(packing: Packing, slots: Slots): void {
  const before = packing.at.slice();
  for (let copy = 0; copy < packing.strain.length; copy++)
    while (packing.strain[copy]! > 0 && packing.first[copy]! >= 0) giveUpOne(packing, copy);
  packing.refresh();
  const waiting = Array.from(packing.at.keys()).filter((unit) => packing.at[unit]! < 0);
  waiting.sort((a, b) => packing.outCost(b) - packing.outCost(a) || a - b);
  for (const unit of waiting) admit(packing, slots, unit);
  if (packing.isBetter) packing.keep();
  packing.goTo(before);
}

/** Takes the unit from a node whose leaving costs least for each part of the strain that goes with it. */
function giveUpOne(packing: Packing, copy: number): void {
  const { first, next, cost, strain } = packing;
  let chosen = first[copy]!;
  let least = Number.POSITIVE_INFINITY;
  let unit = chosen;
  do {
    const relief = strain[copy]! - packing.strainWithout(unit);
    const price = (packing.outCost(unit) - cost[unit]!) / Math.max(relief, 1e-12 * strain[copy]!);
    if (price < least) {
      least = price;
      chosen = unit;
    }
    unit = next[unit]!;
  } while (unit !== first[copy]);
  packing.take(chosen);
}

/** Puts a unit in the first of its slots with room. */
function admit(packing: Packing, { start, group, memberStart, member, record, stride }: Slots, unit: number): void {
  const { width, load, limit } = packing;
  const task = packing.task[unit]!;
  for (let s = start[task]!; s < start[task + 1]!; s++) {
    for (let m = memberStart[group[s]!]!; m < memberStart[group[s]! + 1]!; m++) {
      const copy = member[m]!;
      let fits = true;
      for (let k = 0; k < width && fits; k++)
        fits = load[copy * width + k]! + record[s * stride + DEMAND + k]! <= limit[copy * width + k]!;
      if (!fits) continue;
      packing.enter(unit, copy);
      return;
    }
  }
}
