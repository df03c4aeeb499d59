import { hasPairs } from './dual.ts';
import { type Instance, isPlain } from './instance.ts';
import { type Part, partOf } from './part.ts';

/** Pairs from which the memory for folded ones must be worth it, and the share of pairs that it then has to save. */
const LARGE_PAIRS = 1_000_000;
const WORTH = 0.1;

/**
 * The part in which equal entries are one task, without what may run nowhere; null when no two entries are equal. Divisible
 * windows stay as they are: what counts as nothing there is a share of each entry; and so do those with side rules or opening
 * costs, which tell entries apart.
 */
export function foldedPart(instance: Instance): Part | null {
  if (instance.divisible || !isPlain(instance)) return null;
  const { classes, classOf } = taskClasses(instance);
  const worth = instance.pairs.node.length < LARGE_PAIRS ? 0 : WORTH * instance.tasks;
  if (instance.tasks - classes <= worth) return null;
  const entries: number[][] = Array.from({ length: classes }, () => []);
  classOf.forEach((c, i) => {
    entries[c]!.push(i);
  });
  return partOf(
    instance,
    entries.filter(([first]) => hasPairs(instance, first!)).map((group) => Int32Array.from(group)),
  );
}

/**
 * Task entries that no method can tell apart, folded into classes: of the same tier, and with the same cost and demand on
 * the same classes of nodes. Tasks → class, numbered by their first entries.
 */
export function taskClasses(instance: Instance): { readonly classes: number; readonly classOf: Int32Array } {
  const { tasks } = instance;
  const hash = new TaskHash(instance);

  // by a glance first: most windows have no two entries that agree in it
  const glance = Int32Array.from({ length: tasks }, (_, i) => hash.glance(i));
  const seen = new Map<number, number>(); // glance → entries
  for (const value of glance) seen.set(value, (seen.get(value) ?? 0) + 1);

  const classOf = new Int32Array(tasks);
  const byHash = new Map<number, number[]>(); // hash → first entries of classes
  let classes = 0;
  for (let i = 0; i < tasks; i++) {
    if (seen.get(glance[i]!) === 1) {
      classOf[i] = classes++;
      continue;
    }
    const key = hash.full(i);
    const alike = byHash.get(key) ?? [];
    byHash.set(key, alike);
    const first = alike.find((other) => sameTask(instance, other, i));
    if (first === undefined) alike.push(i);
    classOf[i] = first === undefined ? classes++ : classOf[first]!;
  }
  return { classes, classOf };
}

/** Hashes of what a method sees of a task. */
class TaskHash {
  readonly #instance: Instance;
  readonly #number = new Float64Array(1);
  readonly #bits = new Int32Array(this.#number.buffer);

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** Tier, number of pairs, the first and the last pair. */
  glance(i: number): number {
    const { tier, pairs } = this.#instance;
    const [first, end] = [pairs.start[i]!, pairs.start[i + 1]!];
    const hash = Math.imul(tier[i]!, 31) + (end - first);
    return first === end ? hash : this.#demand(this.#pair(this.#pair(hash, first), end - 1), first);
  }

  /** Tier and all pairs. */
  full(i: number): number {
    const { tier, pairs } = this.#instance;
    let hash = tier[i]!;
    for (let p = pairs.start[i]!, row = -1; p < pairs.start[i + 1]!; p++) {
      hash = this.#pair(hash, p);
      if (row < 0 || !sameDemand(this.#instance, pairs.row[p]!, row)) hash = this.#demand(hash, p);
      row = pairs.row[p]!;
    }
    return hash;
  }

  /** Node and cost. */
  #pair(before: number, p: number): number {
    const { pairs } = this.#instance;
    return this.#mix(Math.imul(before, 31) + pairs.node[p]!, pairs.cost[p]!);
  }

  #demand(before: number, p: number): number {
    const { pairs, width } = this.#instance;
    const row = pairs.row[p]! * width;
    let hash = before;
    for (let k = 0; k < width; k++) hash = this.#mix(hash, pairs.demand[row + k]!);
    return hash;
  }

  #mix(before: number, value: number): number {
    this.#number[0] = value + 0; // −0 and 0 are equal
    let hash = Math.imul(before ^ this.#bits[0]!, 0x9e3779b1);
    hash = Math.imul((hash ^ (hash >>> 15)) + this.#bits[1]!, 0x85ebca6b);
    return hash ^ (hash >>> 13);
  }
}

function sameTask(instance: Instance, a: number, b: number): boolean {
  const { tier, pairs } = instance;
  const [from, to] = [pairs.start[a]!, pairs.start[b]!];
  const many = pairs.start[a + 1]! - from;
  if (tier[a] !== tier[b] || many !== pairs.start[b + 1]! - to) return false;
  let rows = -1; // last compared, of both
  let others = -1;
  for (let p = from, r = to; p < from + many; p++, r++) {
    if (pairs.node[p] !== pairs.node[r] || pairs.cost[p] !== pairs.cost[r]) return false;
    if (pairs.row[p] === rows && pairs.row[r] === others) continue;
    rows = pairs.row[p]!;
    others = pairs.row[r]!;
    if (!sameDemand(instance, rows, others)) return false;
  }
  return true;
}

/** Whether two rows of demand hold the same. */
function sameDemand({ pairs: { demand }, width }: Instance, a: number, b: number): boolean {
  if (a !== b) for (let k = 0; k < width; k++) if (demand[a * width + k] !== demand[b * width + k]) return false;
  return true;
}
