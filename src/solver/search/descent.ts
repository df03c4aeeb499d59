import type { Assignment } from '../../model/assignment.ts';
import { type Instance, pairAt, totalCopies } from '../../model/instance.ts';
import type { Budget } from '../budget.ts';
import { Units } from './units.ts';

/** Copies beyond which moving them one by one is not worth the memory. */
const MOST_UNITS = 200_000;
/** A gain below this share of the cost is rounding. */
const LEAST_GAIN = 1e-12;

/** Whether copies can be moved one by one. */
export const searchable = (instance: Instance): boolean => !instance.divisible && totalCopies(instance) <= MOST_UNITS;

/**
 * Local search by steepest small steps on an integral assignment: unplaced copies are let in (a copy in the way moves on,
 * or one of a later tier gives up its place) or take the place of a dearer one of their tier, copies shift to cheaper
 * nodes with room, pairs of copies swap. Every step improves the score, so the result is never worse; it ends at a local
 * optimum or with the budget.
 */
export function descend(instance: Instance, assignment: Assignment, budget: Budget): Assignment {
  if (!searchable(instance)) return assignment;
  const units = new Units(instance, assignment);
  for (let round = 0; round < budget.steps && !budget.expired(); round++) {
    const admitted = admitAll(units, budget);
    const improved = improveAll(units, budget);
    if (!admitted && !improved) break;
  }
  return units.assignment();
}

/** Lets unplaced units in, first tier first. Returns whether any got in. */
function admitAll(units: Units, budget: Budget): boolean {
  const { tier } = units.instance;
  const waiting = Array.from(units.at.keys()).filter((unit) => units.at[unit]! < 0);
  waiting.sort((a, b) => tier[units.task[a]!]! - tier[units.task[b]!]! || a - b);
  let any = false;
  for (const unit of waiting) {
    if (budget.expired()) break;
    if (admit(units, unit)) any = true;
  }
  return any;
}

/** Finds a place for an unplaced unit: free room, a node where one other unit can move on, or one where a unit of a later tier gives way. */
function admit(units: Units, unit: number): boolean {
  const { instance } = units;
  const { pairs, nodes, tier } = instance;
  const task = units.task[unit]!;
  let yielding = -1;
  let yieldsTo = -1;
  for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) {
    const q = pairs.node[p]!;
    for (let k = nodes.memberStart[q]!; k < nodes.memberStart[q + 1]!; k++) {
      const copy = nodes.member[k]!;
      if (units.fits(p, copy)) {
        units.move(unit, p, copy);
        return true;
      }
      for (const other of units.on[copy]!) {
        if (!units.fits(p, copy, units.pair[other]!)) continue;
        const refuge = roomElsewhere(units, other, copy);
        if (refuge >= 0) {
          units.move(other, pairAt(units.instance, units.task[other]!, refuge), refuge);
          units.move(unit, p, copy);
          return true;
        }
        const later = tier[units.task[other]!]!;
        if (later > tier[task]! && (yielding < 0 || later > tier[units.task[yielding]!]!)) {
          yielding = other;
          yieldsTo = p;
        }
      }
    }
  }
  if (yielding < 0) return false;
  const copy = units.at[yielding]!;
  units.move(yielding, -1, -1);
  units.move(unit, yieldsTo, copy);
  return true;
}

/** The cheapest node copy other than `copy` with room for a unit, or −1. */
function roomElsewhere(units: Units, unit: number, copy: number): number {
  const { pairs, nodes } = units.instance;
  const task = units.task[unit]!;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) {
    if (pairs.cost[p]! >= least) continue;
    const q = pairs.node[p]!;
    for (let k = nodes.memberStart[q]!; k < nodes.memberStart[q + 1]!; k++) {
      const other = nodes.member[k]!;
      if (other === copy || !units.fits(p, other)) continue;
      best = other;
      least = pairs.cost[p]!;
      break;
    }
  }
  return best;
}

/** One pass of trades, shifts and swaps over all units. Returns whether any gained. */
function improveAll(units: Units, budget: Budget): boolean {
  let any = false;
  for (let unit = 0; unit < units.at.length; unit++) {
    if ((unit & 15) === 0 && budget.expired()) break;
    if (units.at[unit]! < 0 ? trade(units, unit) : improve(units, unit)) any = true;
  }
  return any;
}

/** Gives an unplaced unit the place of the unit of its tier whose leaving saves most, if any does. */
function trade(units: Units, unit: number): boolean {
  const { pairs, nodes, tier } = units.instance;
  const task = units.task[unit]!;
  let gain = 0;
  let toPair = -1;
  let partner = -1;
  for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) {
    const q = pairs.node[p]!;
    for (let k = nodes.memberStart[q]!; k < nodes.memberStart[q + 1]!; k++) {
      const copy = nodes.member[k]!;
      for (const other of units.on[copy]!) {
        if (tier[units.task[other]!] !== tier[task]) continue;
        const there = pairs.cost[units.pair[other]!]!;
        const saved = there - pairs.cost[p]!;
        if (saved <= Math.max(gain, LEAST_GAIN * there) || !units.fits(p, copy, units.pair[other]!)) continue;
        gain = saved;
        toPair = p;
        partner = other;
      }
    }
  }
  if (partner < 0) return false;
  const copy = units.at[partner]!;
  units.move(partner, -1, -1);
  units.move(unit, toPair, copy);
  return true;
}

/** Makes the best single shift or swap of a unit, if one gains. */
function improve(units: Units, unit: number): boolean {
  const { pairs, nodes } = units.instance;
  const task = units.task[unit]!;
  const from = units.at[unit]!;
  const here = pairs.cost[units.pair[unit]!]!;
  let gain = LEAST_GAIN * Math.max(1e-300, here);
  let toPair = -1;
  let toCopy = -1;
  let partner = -1;
  for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) {
    const saved = here - pairs.cost[p]!;
    if (saved <= 0) continue;
    const q = pairs.node[p]!;
    for (let k = nodes.memberStart[q]!; k < nodes.memberStart[q + 1]!; k++) {
      const copy = nodes.member[k]!;
      if (copy === from) continue;
      if (saved > gain && units.fits(p, copy)) {
        gain = saved;
        toPair = p;
        toCopy = copy;
        partner = -1;
        continue;
      }
      for (const other of units.on[copy]!) {
        const back = pairAt(units.instance, units.task[other]!, from);
        if (back < 0) continue;
        const total = saved + pairs.cost[units.pair[other]!]! - pairs.cost[back]!;
        if (total <= gain || !units.fits(p, copy, units.pair[other]!) || !units.fits(back, from, units.pair[unit]!))
          continue;
        gain = total;
        toPair = p;
        toCopy = copy;
        partner = other;
      }
    }
  }
  if (toPair < 0) return false;
  if (partner >= 0) units.move(partner, pairAt(units.instance, units.task[partner]!, from), from);
  units.move(unit, toPair, toCopy);
  return true;
}
