import type { Instance } from '../model/instance.ts';

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

/** Finds the kinds by a hash of everything that the pairs of a class are, and of the proportions of its capacity. */
export function kindsOf(instance: Instance): Kinds {
  const { width, nodes, free } = instance;
  const hash = pairHash(instance);
  for (let q = 0; q < nodes.classes; q++) {
    for (let k = 1; k < width; k++) {
      const ratio = free[q * width + k]! / free[q * width]!; // NaN and ∞ where there is nothing of them
      hash.add(q, ratio > 0 && ratio < Infinity ? Math.round(Math.log(ratio) / Math.log(PROPORTION)) : Number.NaN);
    }
  }
  return kindsBy(hash, nodes.classes);
}

/** Classes on which every task costs and takes the same, whatever their capacity, as kinds. */
export const siblingsOf = (instance: Instance): Kinds => kindsBy(pairHash(instance), instance.nodes.classes);

/** Classes by a hash of everything that their pairs are. */
function pairHash({ pairs, width, tasks, nodes }: Instance): PairHash {
  const hash = new PairHash(nodes.classes);
  const rows = new PairHash(width > 0 ? pairs.demand.length / width : 0);
  pairs.demand.forEach((demand, at) => {
    rows.add(Math.floor(at / width), demand);
  });
  for (let i = 0; i < tasks; i++) {
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++)
      hash.add(pairs.node[p]!, pairs.cost[p]!, i ^ rows.low[pairs.row[p]!]!);
  }
  return hash;
}

function kindsBy(hash: PairHash, classes: number): Kinds {
  const known = new Map<number, number>(); // hash → kind
  const first: number[] = [];
  const kindOf = Int32Array.from({ length: classes }, (_, q) => {
    const key = hash.of(q);
    let kind = known.get(key);
    if (kind === undefined) {
      kind = first.push(q) - 1;
      known.set(key, kind);
    }
    return kind;
  });
  return { kinds: first.length, kindOf, first: Int32Array.from(first) };
}

/** Hashes of sequences of numbers, bit by bit: two of 32 bits each, multiplied and mixed as in MurmurHash3. */
class PairHash {
  readonly low: Int32Array;
  readonly #high: Int32Array;
  readonly #number = new Float64Array(1);
  readonly #bits = new Int32Array(this.#number.buffer);

  constructor(many: number) {
    this.low = new Int32Array(many).fill(0x9747b28c);
    this.#high = new Int32Array(many).fill(0x3c074a61);
  }

  /** Adds a number, and whole number beside it, to the sequence `at`. */
  add(at: number, value: number, whole = 0): void {
    this.#number[0] = value;
    const low = Math.imul(this.low[at]! ^ this.#bits[0]! ^ Math.imul(whole, 0x27d4eb2f), 0xcc9e2d51);
    const high = Math.imul(this.#high[at]! ^ this.#bits[1]! ^ whole, 0x1b873593);
    this.low[at] = low ^ (low >>> 15) ^ high;
    this.#high[at] = (high ^ (high >>> 13)) + Math.imul(low, 5);
  }

  /** 53 bits of both. */
  of(at: number): number {
    return (this.low[at]! >>> 0) * 2 ** 21 + (this.#high[at]! >>> 11);
  }
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
