import type { Placement } from '../../model/assignment.ts';
import type { Instance } from '../../model/instance.ts';

/** What a relaxation places of a task on a node class. */
export interface Part {
  readonly task: number;
  readonly pair: number;
  readonly amount: number; // copies
}

/** Distance to 0 or 1 at which a share is whole. */
const WHOLE = 1e-9;

/**
 * Shares out what is placed on a node class among its equal nodes, so that each carries the same load of every resource
 * and few parts are split: nodes are halved again and again, parts go to either half, and each halving splits as many
 * parts as there are resources at most.
 */
export function shareOut(instance: Instance, q: number, parts: readonly Part[]): Placement[] {
  const { nodes, width, free, pairs } = instance;
  const placements: Placement[] = [];
  const loadOf = ({ pair, amount }: Part): number[] =>
    Array.from({ length: width }, (_, k) =>
      free[q * width + k]! > 0 ? (amount * pairs.demand[pairs.row[pair]! * width + k]!) / free[q * width + k]! : 0,
    );
  const among = (some: readonly Part[], first: number, end: number): void => {
    if (end - first === 1) {
      for (const part of some) placements.push({ ...part, copy: nodes.member[first]! });
      return;
    }
    const middle = (first + end) >> 1;
    const shares = fewSplit(some.map(loadOf), (middle - first) / (end - first));
    const left = some.map((part, at) => ({ ...part, amount: part.amount * shares[at]! }));
    const right = some.map((part, at) => ({ ...part, amount: part.amount * (1 - shares[at]!) }));
    const present = ({ amount }: Part) => amount > 0;
    among(left.filter(present), first, middle);
    among(right.filter(present), middle, end);
  };
  among(parts, nodes.memberStart[q]!, nodes.memberStart[q + 1]!);
  return placements;
}

/**
 * Shares x of some loads with Σ x load = `share` Σ load in every resource, and no more of them between 0 and 1 than there
 * are resources: a vertex of that polytope, reached from x = `share` along null vectors of few loads at a time.
 */
function fewSplit(loads: readonly (readonly number[])[], share: number): Float64Array {
  const x = new Float64Array(loads.length).fill(share);
  const most = (loads[0]?.length ?? 0) + 1;
  let active: number[] = [];
  for (let next = 0; ; ) {
    while (active.length < most && next < loads.length) active.push(next++);
    if (active.length < most) return x;
    const direction = nullVector(active.map((at) => loads[at]!));
    let step = Number.POSITIVE_INFINITY;
    active.forEach((at, n) => {
      if (direction[n]! > 0) step = Math.min(step, (1 - x[at]!) / direction[n]!);
      else if (direction[n]! < 0) step = Math.min(step, x[at]! / -direction[n]!);
    });
    active = active.filter((at, n) => {
      x[at]! += step * direction[n]!;
      if (x[at]! > WHOLE && x[at]! < 1 - WHOLE) return true;
      x[at] = Math.round(x[at]!);
      return false;
    });
  }
}

/** A vector v ≠ 0 with Σ v_n column_n = 0, for one column more than these have entries (Gauss, Jordan). */
function nullVector(columns: readonly (readonly number[])[]): Float64Array {
  const rows = columns.length - 1;
  const matrix = Array.from({ length: rows }, (_, r) => Float64Array.from(columns, (column) => column[r]!));
  const pivots: number[] = []; // row → column
  let loose = columns.length - 1;
  for (let c = 0; c < columns.length; c++) {
    const r = pivots.length;
    let row = -1;
    for (let at = r; at < rows; at++)
      if (Math.abs(matrix[at]![c]!) > 1e-12 && (row < 0 || Math.abs(matrix[at]![c]!) > Math.abs(matrix[row]![c]!)))
        row = at;
    if (row < 0) {
      loose = c;
      break;
    }
    [matrix[r], matrix[row]] = [matrix[row]!, matrix[r]!];
    const pivot = matrix[r]!;
    const scale = pivot[c]!;
    for (let at = 0; at < columns.length; at++) pivot[at]! /= scale;
    matrix.forEach((other, at) => {
      const factor = other[c]!;
      if (at !== r && factor !== 0) for (let n = 0; n < columns.length; n++) other[n]! -= factor * pivot[n]!;
    });
    pivots.push(c);
  }
  const vector = new Float64Array(columns.length);
  vector[loose] = 1;
  pivots.forEach((column, r) => {
    vector[column] = -matrix[r]![loose]!;
  });
  return vector;
}
