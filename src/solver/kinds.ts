import type { Instance } from '../model/instance.ts';
import { random } from '../model/random.ts';

/**
 * Node classes that differ in capacity only, and not much in its proportions, taken together: on all classes of a kind each
 * task costs and takes the same, and at best prices they hardly differ either. Of nodes whose free capacity differs from
 * one to the next there are as many classes as nodes, and still few kinds.
 */
export interface Kinds {
  readonly kinds: number;
  readonly kindOf: Int32Array; // classes → kind
  readonly first: Int32Array; // kinds → its first class
}

/** Proportions of resources within one factor of this size count as alike. */
const PROPORTION = 1.5;

/** Finds the kinds: a class is summed up, pair by pair, with random weights; only equal ones have the same sum. */
export function kindsOf({ pairs, width, tasks, nodes, free }: Instance): Kinds {
  const next = random(1);
  const weights = Float64Array.from({ length: width }, next);
  const row = Float64Array.from({ length: pairs.demand.length / Math.max(1, width) }, (_, r) => {
    let sum = 1;
    for (let k = 0; k < width; k++) sum += weights[k]! * pairs.demand[r * width + k]!;
    return sum;
  });
  const sum = Float64Array.from({ length: nodes.classes }, (_, q) => {
    let proportions = 0;
    for (let k = 1; k < width; k++) {
      const ratio = free[q * width + k]! / free[q * width]!; // NaN and ∞ where there is nothing of them
      proportions +=
        weights[k]! * (Number.isFinite(ratio) && ratio > 0 ? Math.round(Math.log(ratio) / Math.log(PROPORTION)) : 0.1);
    }
    return proportions;
  });
  for (let i = 0; i < tasks; i++) {
    const forCost = next();
    const forRow = next();
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++)
      sum[pairs.node[p]!]! += forCost * pairs.cost[p]! + forRow * row[pairs.row[p]!]!;
  }
  const known = new Map<number, number>(); // sum → kind
  const first: number[] = [];
  const kindOf = Int32Array.from(sum, (value, q) => {
    let kind = known.get(value);
    if (kind === undefined) {
      kind = first.push(q) - 1;
      known.set(value, kind);
    }
    return kind;
  });
  return { kinds: first.length, kindOf, first: Int32Array.from(first) };
}

/** Every class a kind of its own. */
export function everyClass(classes: number): Kinds {
  const each = Int32Array.from({ length: classes }, (_, q) => q);
  return { kinds: classes, kindOf: each, first: each };
}

/** Prices of classes from those of kinds. */
export const unfolded = (prices: Float64Array, { kindOf }: Kinds, width: number): Float64Array =>
  Float64Array.from({ length: kindOf.length * width }, (_, at) => {
    const q = Math.floor(at / width);
    return prices[kindOf[q]! * width + at - q * width]!;
  });

/** Prices of kinds: those of their first classes. */
export const folded = (prices: Float64Array, { kinds, first }: Kinds, width: number): Float64Array =>
  Float64Array.from({ length: kinds * width }, (_, at) => {
    const kind = Math.floor(at / width);
    return prices[first[kind]! * width + at - kind * width]!;
  });
