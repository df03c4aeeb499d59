import type { Lagrangian } from './lagrangian.ts';

/**
 * Narrows what the bound at `v` (just evaluated) shows to cost more than `cut`: by the multipliers of each bin alone, which
 * takes no knapsack. Returns whether anything feasible may be left.
 */
export function fixByMultipliers(lagrangian: Lagrangian, v: Float64Array, cut: number): boolean {
  const { domains } = lagrangian;
  const slack = cut - lagrangian.value + lagrangian.rounding;
  for (let b = 0; b < domains.bins; b++)
    if (domains.size[b]! > 0 && !fixBin(lagrangian, v, b, slack, false)) return false;
  return domains.settle();
}

/**
 * The same with each bin's knapsack solved again with one item forced in or out (Posta, Ferland, Michelon 2012 fix by
 * Lagrangian probing alike). Conclusions change other bins, whose best sets and the bound are then found anew.
 */
export function fixByKnapsacks(lagrangian: Lagrangian, v: Float64Array, cut: number): boolean {
  const { domains } = lagrangian;
  const stamp = domains.stamp.slice();
  for (let b = 0; b < domains.bins; b++) {
    if (lagrangian.late()) return true;
    if (domains.size[b] === 0) continue;
    if (domains.stamp[b] !== stamp[b]) {
      const gain = lagrangian.solveBin(b, v);
      lagrangian.value += domains.size[b]! * (lagrangian.gain[b]! - gain);
      lagrangian.gain[b] = gain;
    }
    const slack = cut - lagrangian.value + lagrangian.rounding;
    if (slack < 0) return false;
    if (!fixBin(lagrangian, v, b, slack, true) || !domains.settle()) return false;
  }
  return true;
}

/** Fixes items of a bin whose change would cost more than `slack`. Returns whether any set of it may be left. */
function fixBin(lagrangian: Lagrangian, v: Float64Array, b: number, slack: number, exactly: boolean): boolean {
  const { problem, domains, x, gain, limit, multipliers, columns } = lagrangian;
  const { start, task, cost, weight, width } = problem;
  const q = domains.kind[b]!;
  const first = start[q]!;
  const many = start[q + 1]! - first;
  const base = domains.base[b]!;
  if (q >= problem.classes) {
    fixOutside(lagrangian, v, b, slack);
    return true;
  }
  if (columns.listed(b)) {
    if (!columns.sift(b, (list) => list.raise(gain[b]! - slack))) return false;
    columns.conclude(b);
    return true;
  }
  const loose = limit[b]! - gain[b]!; // what the multipliers leave open
  const floor = gain[b]! - slack;
  for (let n = 0; n < many; n++) {
    const low = domains.low[base + n]!;
    const high = domains.high[base + n]!;
    if (low === high) continue;
    let reduced = v[task[first + n]!]! - cost[first + n]!;
    for (let k = 0; k < width; k++) reduced -= multipliers[b * width + k]! * weight[(first + n) * width + k]!;
    if (reduced > 0 && reduced - loose > slack) domains.narrow(b, base + n, high, high);
    else if (reduced < 0 && -reduced - loose > slack) domains.narrow(b, base + n, low, low);
    else if (exactly) {
      const now = x[base + n]!;
      if (now < high && !lagrangian.worthMore(b, n, now + 1, high, floor, v)) domains.narrow(b, base + n, low, now);
      if (now > low && !lagrangian.worthMore(b, n, low, now - 1, floor, v))
        domains.narrow(b, base + n, now, domains.high[base + n]!);
    }
  }
  return true;
}

/** An outside exchanges copies one for one: the price of a change is the difference to the next best. */
function fixOutside(lagrangian: Lagrangian, v: Float64Array, b: number, slack: number): void {
  const { problem, domains, x } = lagrangian;
  const q = domains.kind[b]!;
  const first = problem.start[q]!;
  const base = domains.base[b]!;
  const many = problem.start[q + 1]! - first;
  let leastIn = Number.POSITIVE_INFINITY;
  let mostOut = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < many; n++) {
    const price = v[problem.task[first + n]!]!;
    if (x[base + n]! > domains.low[base + n]! && price < leastIn) leastIn = price;
    if (x[base + n]! < domains.high[base + n]! && price > mostOut) mostOut = price;
  }
  for (let n = 0; n < many; n++) {
    const low = domains.low[base + n]!;
    const high = domains.high[base + n]!;
    if (low === high) continue;
    const price = v[problem.task[first + n]!]!;
    const now = x[base + n]!;
    const most = now < high && leastIn - price > slack ? now : high;
    const least = now > low && price - mostOut > slack ? now : low;
    domains.narrow(b, base + n, least, most);
  }
}
