import type { Instance } from './instance.ts';

/** Some copies (or a fraction) of a task on one node: `pair` of the instance, on node copy `copy`. */
export interface Placement {
  readonly task: number;
  readonly pair: number;
  readonly copy: number;
  readonly amount: number; // copies, > 0
}

/** What runs where. Feasible when no node is over its limit and no task has more copies than it counts. */
export interface Assignment {
  readonly placements: readonly Placement[];
  readonly unplaced: Float64Array; // tasks → copies left without a node; exactly 0 when all are placed
}

/** Share of an entry below which a divisible solution's remainder is nothing. */
const DUST = 1e-6;

/** Copies of a task below which a remainder is nothing: dust in divisible windows; whole copies always count. */
export const dustOf = ({ divisible, count }: Pick<Instance, 'divisible' | 'count'>, task: number): number =>
  divisible ? DUST * count[task]! : 0;

/** An assignment from placements, the copies left over counted. */
export function assignmentOf(
  instance: Pick<Instance, 'divisible' | 'count'>,
  placements: readonly Placement[],
): Assignment {
  const unplaced = instance.count.slice();
  for (const { task, amount } of placements) unplaced[task]! -= amount;
  for (let i = 0; i < unplaced.length; i++) if (unplaced[i]! <= dustOf(instance, i)) unplaced[i] = 0;
  return { placements, unplaced };
}

/** An assignment's standing: unplaced copies tier by tier, then cost. */
export interface Score {
  readonly unplaced: Float64Array; // tiers → copies
  readonly cost: number;
}

export function scoreOf(instance: Instance, { placements, unplaced }: Assignment): Score {
  const perTier = new Float64Array(instance.tiers.length);
  unplaced.forEach((copies, i) => {
    perTier[instance.tier[i]!]! += copies;
  });
  let cost = 0;
  for (const { pair, amount } of placements) cost += instance.pairs.cost[pair]! * amount;
  return { unplaced: perTier, cost: cost + openedCost(instance, placements) };
}

/** What the nodes that hold something cost to open. */
export function openedCost(
  { opening, nodes }: Pick<Instance, 'opening' | 'nodes'>,
  placements: readonly Placement[],
): number {
  if (!opening) return 0;
  const holds = new Uint8Array(nodes.copies);
  for (const { copy } of placements) holds[copy] = 1;
  let cost = 0;
  holds.forEach((some, copy) => {
    if (some) cost += opening[nodes.classOf[copy]!]!;
  });
  return cost;
}

/** Copies that a score leaves unplaced, all tiers together. */
export const unplacedCopies = ({ unplaced }: Score): number => unplaced.reduce((sum, copies) => sum + copies, 0);

/** Whether two unplaced counts are the same but for rounding; whole copies are never rounding. */
export const sameCopies = (a: number, b: number): boolean =>
  Math.abs(a - b) <= Math.min(0.25, 1e-7 * Math.max(1, a, b));

/** Negative when a is better: fewer unplaced copies in the first tier that differs, then less cost. */
export function compareScores(a: Score, b: Score): number {
  for (let t = 0; t < a.unplaced.length; t++)
    if (!sameCopies(a.unplaced[t]!, b.unplaced[t]!)) return a.unplaced[t]! - b.unplaced[t]!;
  return a.cost - b.cost;
}

/** Whether two scores leave the same copies unplaced in every tier. */
export const sameUnplaced = (a: Pick<Score, 'unplaced'>, b: Pick<Score, 'unplaced'>): boolean =>
  a.unplaced.every((copies, t) => sameCopies(copies, b.unplaced[t]!));
