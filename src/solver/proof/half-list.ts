import { grown } from './grown.ts';

/** An entry that is in or out, with what it takes of the leading resource and of the `others`. */
export interface HalfEntry {
  readonly profit: number;
  readonly lead: number;
  readonly others: Float64Array;
  readonly reduced: number; // profit less what the multipliers make of its weight
  readonly twin: boolean; // whether it is in only if the entry before is
}

/** What sets must not exceed: room of the leading resource and of the others, and the loss at which they are too bad. */
export interface HalfLimits {
  readonly lead: number;
  readonly others: Float64Array;
  readonly gap: number;
}

/**
 * All sets of some entries that fit and lose less than a gap, in order of their weight of the leading resource. What a set loses
 * are the reduced profits that it lacks and the negative ones that it has.
 */
export class HalfList {
  many = 0;
  lead = new Float64Array(64); // sets → weight of the leading resource
  others: Float64Array; // sets × other resources
  value = new Float64Array(64);
  loss = new Float64Array(64);
  readonly #width: number; // other resources
  #nextLead = new Float64Array(64);
  #nextOthers: Float64Array;
  #nextValue = new Float64Array(64);
  #nextLoss = new Float64Array(64);
  #entries = 0;
  #steps = new Int32Array(256); // entry by entry, set by set: 2 × the set before, and 1 more where the entry is in
  readonly #first: number[] = [0]; // entries → their first step

  /** `width`: resources but the leading one. */
  constructor(width: number) {
    this.#width = width;
    this.others = new Float64Array(64 * width);
    this.#nextOthers = new Float64Array(64 * width);
  }

  /** Begins with the empty set. */
  begin(): void {
    this.many = 1;
    this.#entries = 0;
    this.lead[0] = this.value[0] = this.loss[0] = 0;
    this.others.fill(0, 0, this.#width);
  }

  /** Sets that were listed so far, entry by entry. */
  get listed(): number {
    return this.#first[this.#entries]!;
  }

  /** Makes two sets of each, without the entry and with it: two lists in order, merged into one. */
  add({ profit, lead: weight, others: weights, reduced, twin }: HalfEntry, limits: HalfLimits): void {
    const { many } = this;
    const first = this.#first[this.#entries]!;
    const before = this.#entries > 0 ? this.#first[this.#entries - 1]! : 0;
    if (2 * many > this.value.length) this.#grow();
    while (first + 2 * many > this.#steps.length) this.#steps = grown(this.#steps);
    const { lead, others, value, loss } = this;
    const width = this.#width;
    const nextLead = this.#nextLead;
    const nextOthers = this.#nextOthers;
    const nextValue = this.#nextValue;
    const nextLoss = this.#nextLoss;
    const steps = this.#steps;
    const { gap, others: rooms } = limits;
    const lossIn = reduced < 0 ? -reduced : 0;
    const lossOut = reduced > 0 ? reduced : 0;
    let ends = many;
    while (ends > 0 && lead[ends - 1]! + weight > limits.lead) ends--;
    let n = 0;
    for (let without = 0, within = 0; without < many || within < ends; ) {
      const enters = without === many || (within < ends && lead[within]! + weight < lead[without]!);
      const set = enters ? within++ : without++;
      const lost = loss[set]! + (enters ? lossIn : lossOut);
      if (lost >= gap) continue;
      if (!enters) {
        for (let k = 0; k < width; k++) nextOthers[n * width + k] = others[set * width + k]!;
        nextLead[n] = lead[set]!;
        nextValue[n] = value[set]!;
      } else {
        if (twin && (steps[before + set]! & 1) === 0) continue;
        let fits = true;
        for (let k = 0; k < width; k++) {
          const sum = others[set * width + k]! + weights[k]!;
          nextOthers[n * width + k] = sum;
          if (sum > rooms[k]!) fits = false;
        }
        if (!fits) continue;
        nextLead[n] = lead[set]! + weight;
        nextValue[n] = value[set]! + profit;
      }
      nextLoss[n] = lost;
      steps[first + n++] = enters ? 2 * set + 1 : 2 * set;
    }
    this.many = n;
    this.#first[++this.#entries] = first + n;
    [this.lead, this.#nextLead] = [nextLead, lead];
    [this.others, this.#nextOthers] = [nextOthers, others];
    [this.value, this.#nextValue] = [nextValue, value];
    [this.loss, this.#nextLoss] = [nextLoss, loss];
  }

  /** Calls `visit` for each entry, by its turn, that a set has. */
  eachIn(set: number, visit: (entry: number) => void): void {
    for (let entry = this.#entries - 1, at = set; entry >= 0; entry--) {
      const step = this.#steps[this.#first[entry]! + at]!;
      if ((step & 1) === 1) visit(entry);
      at = step >> 1;
    }
  }

  #grow(): void {
    this.lead = grown(this.lead);
    this.others = grown(this.others);
    this.value = grown(this.value);
    this.loss = grown(this.loss);
    this.#nextLead = grown(this.#nextLead);
    this.#nextOthers = grown(this.#nextOthers);
    this.#nextValue = grown(this.#nextValue);
    this.#nextLoss = grown(this.#nextLoss);
  }
}
