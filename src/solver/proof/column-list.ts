import type { Domains } from './domains.ts';
import type { ProofProblem } from './problem.ts';

/**
 * What the bits of a list's columns stand for: an item of which n copies are open has n bits, one after the other, and a
 * set with k of these copies has the first k bits.
 */
export interface Bits {
  readonly bits: number;
  readonly item: Int32Array; // bits → item of the kind, from 0
  readonly level: Int32Array; // bits → copies of the item in a set with this bit and none after it
  readonly task: Int32Array; // bits → task
  readonly cost: Float64Array; // bits → cost of a copy
  readonly sure: Int32Array; // items in every set, repeated for copies
  readonly low: Int32Array; // items → those copies
  readonly others: Int32Array; // items without bits
}

/** Bits for `free` more copies (≥ 1) of each item of `open`, beside the copies `low` (items of the kind) in every set. */
export function bitsOf(
  { start, task, cost }: ProofProblem,
  kind: number,
  low: Int32Array,
  open: Int32Array,
  free: Int32Array,
): Bits {
  const first = start[kind]!;
  const item = repeated(open, free);
  const level = item.map((m, bit) => (bit > 0 && item[bit - 1] === m ? 0 : low[m]! + 1));
  for (let bit = 1; bit < level.length; bit++) if (level[bit] === 0) level[bit] = level[bit - 1]! + 1;
  const items = low.map((_, m) => m);
  return {
    bits: item.length,
    item,
    level,
    task: item.map((m) => task[first + m]!),
    cost: Float64Array.from(item, (m) => cost[first + m]!),
    sure: repeated(items, low),
    low: low.slice(),
    others: items.filter((m) => !open.includes(m)),
  };
}

/** Each of `items` as many times as told. */
function repeated(items: Int32Array, times: Int32Array): Int32Array {
  const all = new Int32Array(times.reduce((sum, n) => sum + n, 0));
  let at = 0;
  items.forEach((item, n) => {
    all.fill(item, at, at + times[n]!);
    at += times[n]!;
  });
  return all;
}

/** The lowest bit of a mask that has one. */
export const lowest = (mask: number): number => 31 - Math.clz32(mask & -mask);

/**
 * The sets that one bin may still take. What all of them have, what none has and which of them fit a decision is found by
 * words of bits; their values at task prices are sums over the bits one by one.
 *
 * A sparse set (Briggs, Torczon 1993): the active columns come first, and one that is ruled out changes places with the last
 * of them, so that taking back is to restore their number.
 */
export class ColumnList {
  readonly bits: Bits;
  readonly words: number; // of a mask
  readonly length: number; // most bits of a column
  /** Columns in memory. */
  readonly many: number;
  /** Those that are not ruled out. */
  active: number;
  readonly mask: Int32Array; // columns × words
  readonly member: Uint16Array; // columns × length: their bits, the rest filled with `bits`
  readonly value: Float64Array; // columns → value at the last evaluation
  /** The least value of the last evaluation. */
  least = 0;
  readonly #profit: Float64Array; // bits, and 0 for none
  readonly #has: Int32Array; // words: scratch
  readonly #hasNot: Int32Array;

  /** Columns of these masks (columns × {@link wordsOf} words). */
  constructor(bits: Bits, mask: Int32Array) {
    this.bits = bits;
    this.words = wordsOf(bits);
    this.mask = mask;
    this.many = this.active = mask.length / this.words;
    this.value = new Float64Array(this.many);
    this.#profit = new Float64Array(bits.bits + 1);
    this.#has = new Int32Array(this.words);
    this.#hasNot = new Int32Array(this.words);
    const size = new Int32Array(this.many);
    this.#eachBit((c) => size[c]!++);
    this.length = size.reduce((most, n) => Math.max(most, n), 0);
    this.member = new Uint16Array(this.many * this.length).fill(bits.bits);
    size.fill(0);
    this.#eachBit((c, bit) => {
      this.member[c * this.length + size[c]!++] = bit;
    });
  }

  /** A list of its own of the active columns. */
  copy(): ColumnList {
    return new ColumnList(this.bits, this.mask.slice(0, this.active * this.words));
  }

  /** Numbers in memory. */
  get items(): number {
    return this.many * (1 + this.words + this.length);
  }

  /**
   * Sets the values at task prices `v`, of which `sure` is that of the items in every set; returns the column of the
   * greatest, −1 when none is left.
   */
  evaluate(v: Float64Array, sure: number): number {
    const { member, value, length, active } = this;
    const { bits, task, cost } = this.bits;
    const profit = this.#profit;
    for (let bit = 0; bit < bits; bit++) profit[bit] = v[task[bit]!]! - cost[bit]!;
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0, at = 0; c < active; c++) {
      let sum = sure;
      for (const end = at + length; at < end; at++) sum += profit[member[at]!]!;
      value[c] = sum;
      if (sum < least) least = sum;
      if (sum > most) {
        most = sum;
        best = c;
      }
    }
    this.least = least;
    return best;
  }

  /** Keeps the columns that have value `floor` at least. */
  raise(floor: number): void {
    if (this.least >= floor) return;
    const { value } = this;
    for (let c = 0; c < this.active; ) {
      if (value[c]! >= floor) c++;
      else this.#ruleOut(c);
    }
    this.least = floor;
  }

  /** Keeps the columns that pass, told by their number. */
  keep(passes: (column: number) => boolean): void {
    for (let c = 0; c < this.active; ) {
      if (passes(c)) c++;
      else this.#ruleOut(c);
    }
  }

  /** Keeps the columns that the domains of the bin, whose first cell is `base`, allow. */
  agree({ low, high }: Domains, base: number): void {
    const { mask, words } = this;
    const { bits, item, level, others, low: sure } = this.bits;
    if (others.some((m) => low[base + m]! > sure[m]!)) this.active = 0;
    const required = this.#has.fill(0);
    const forbidden = this.#hasNot.fill(0);
    let any = false;
    for (let bit = 0; bit < bits; bit++) {
      const cell = base + item[bit]!;
      if (level[bit]! > high[cell]!) forbidden[bit >> 5]! |= 1 << (bit & 31);
      else if (level[bit]! <= low[cell]!) required[bit >> 5]! |= 1 << (bit & 31);
      else continue;
      any = true;
    }
    if (!any) return;
    for (let c = 0; c < this.active; ) {
      let fits = true;
      for (let w = 0; w < words; w++) {
        const has = mask[c * words + w]!;
        if ((has & forbidden[w]!) !== 0 || (has & required[w]!) !== required[w]!) fits = false;
      }
      if (fits) c++;
      else this.#ruleOut(c);
    }
  }

  /** Narrows the domains of bin `b`, whose first cell is `base`, to what the active columns hold, at first that of all items. */
  conclude(domains: Domains, b: number, base: number, first: boolean): void {
    const { mask, words, active } = this;
    const { item, level, others } = this.bits;
    if (first) for (const m of others) domains.narrow(b, base + m, domains.low[base + m]!, domains.low[base + m]!);
    for (let w = 0; w < words; w++) {
      let all = -1;
      let any = 0;
      for (let at = w, end = active * words; at < end; at += words) {
        all &= mask[at]!;
        any |= mask[at]!;
      }
      const bits = Math.min(32, this.bits.bits - 32 * w);
      const used = bits === 32 ? -1 : (1 << bits) - 1;
      for (let left = (all | ~any) & used; left !== 0; left &= left - 1) {
        const bit = 32 * w + lowest(left);
        const cell = base + item[bit]!;
        if ((all & (left & -left)) !== 0) {
          if (domains.low[cell]! < level[bit]!) domains.narrow(b, cell, level[bit]!, domains.high[cell]!);
        } else if (domains.high[cell]! >= level[bit]!) domains.narrow(b, cell, domains.low[cell]!, level[bit]! - 1);
      }
    }
  }

  #ruleOut(c: number): void {
    const { mask, member, value, words, length } = this;
    const last = --this.active;
    if (c === last) return;
    for (let from = c * words, to = last * words, w = 0; w < words; w++, from++, to++) {
      const had = mask[from]!;
      mask[from] = mask[to]!;
      mask[to] = had;
    }
    for (let from = c * length, to = last * length, n = 0; n < length; n++, from++, to++) {
      const had = member[from]!;
      member[from] = member[to]!;
      member[to] = had;
    }
    const had = value[c]!;
    value[c] = value[last]!;
    value[last] = had;
  }

  #eachBit(visit: (column: number, bit: number) => void): void {
    for (let c = 0, at = 0; c < this.many; c++)
      for (let w = 0; w < this.words; w++, at++)
        for (let left = this.mask[at]!; left !== 0; left &= left - 1) visit(c, 32 * w + lowest(left));
  }
}

/** Words of 32 bits that a mask takes. */
export const wordsOf = ({ bits }: Bits): number => Math.max(1, Math.ceil(bits / 32));
