/** Slots of the table, and states at one depth beyond which few are met twice. */
const SLOTS = 1 << 15;
const MOST_STATES = 1 << 20;

/**
 * What a depth-first search of a knapsack with whole weights has met: nothing new comes of the same room left at the same depth
 * if the value is no higher. A transposition table (Greenblatt, Eastlake, Crocker 1967) over the states of dynamic programming
 * (Bellman 1957), in which newer entries displace older ones.
 */
export class Transpositions {
  readonly #width: number;
  readonly #key = new Float64Array(SLOTS); // of the state in each slot; those of former searches are below #end
  readonly #value = new Float64Array(SLOTS);
  readonly #stride: Float64Array; // resources
  #states = 0;
  #first = 0; // key of depth 0 with nothing left
  #end = 1; // keys from here on are free

  constructor(width: number) {
    this.#width = width;
    this.#stride = new Float64Array(width);
  }

  /**
   * Begins a search `depth` deep whose entries weigh `weight` in all, with `room` left at first (both begin with depth 0); room
   * beyond that weight never binds and is taken off. Returns whether there are few enough states.
   */
  begin(room: Float64Array, weight: Float64Array, depth: number): boolean {
    this.#states = 1;
    for (let k = 0; k < this.#width; k++) {
      room[k] = Math.min(room[k]!, weight[k]!);
      this.#stride[k] = this.#states;
      this.#states *= room[k]! + 1;
    }
    if (this.#states > MOST_STATES) return false;
    if (this.#end > 2 ** 52) {
      this.#key.fill(0);
      this.#end = 1;
    }
    this.#first = this.#end;
    this.#end += this.#states * (depth + 1);
    return true;
  }

  /** Whether `depth` was met with the same room `left` (depths × resources) and at least this value; keeps it if not. */
  before(depth: number, left: Float64Array, value: number): boolean {
    let key = this.#first + depth * this.#states;
    for (let k = 0; k < this.#width; k++) key += left[depth * this.#width + k]! * this.#stride[k]!;
    const slot = Math.imul(key, 0x9e3779b1) >>> 17;
    if (this.#key[slot] === key && this.#value[slot]! >= value) return true;
    this.#key[slot] = key;
    this.#value[slot] = value;
    return false;
  }
}
