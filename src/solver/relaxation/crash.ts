import type { BasisInput, Highs } from 'highs';
import { bestTierPrices } from '../../model/dual.ts';
import type { Candidates } from '../candidates.ts';
import { firstPairColumn, type Relaxation } from './restricted.ts';

/** Share of the typical cost below which the price of a whole capacity is none. */
const NO_PRICE = 1e-7;

/**
 * A basis near the optimum, made of capacity prices. Of each task the best pair is basic, or its idle copies where these
 * are cheaper. Each capacity without a price has its slack basic; each with one is covered by a pair that is nearly as
 * good as its task's best, those that lose least first, no node covered more often than it has such capacities (the
 * pseudoforests that bases of generalized networks are).
 */
export function crashBasis(
  highs: Highs,
  { instance, objective, unit }: Relaxation,
  { start, pair, reduced }: Candidates,
  prices: Float64Array,
): BasisInput {
  const { basic, lower, upper } = highs.constants.basisStatus;
  const { tasks, count, tier, tiers, nodes, width, pairs, free, size } = instance;
  const first = firstPairColumn(instance);
  const colStatus = new Int32Array(first + pair.length).fill(lower);
  const rowStatus = new Int32Array(tasks + prices.length + tiers.length).fill(basic).fill(lower, 0, tasks);

  // capacities with a price, to be covered
  const open = new Int32Array(nodes.classes);
  for (let at = 0; at < prices.length; at++) {
    const q = Math.floor(at / width);
    if (prices[at]! * free[at]! * size[q]! <= NO_PRICE * unit) continue;
    rowStatus[tasks + at] = upper;
    open[q]!++;
  }
  const toCover = open.reduce((sum, many) => sum + many, 0);

  const least = Float64Array.from({ length: tasks }, (_, i) =>
    start[i]! < start[i + 1]! ? reduced[start[i]!]! : Number.POSITIVE_INFINITY,
  );
  const tierPrices = bestTierPrices(instance, objective, least);
  const others: number[] = []; // candidates but the best, as positions
  const loss = new Float64Array(pair.length);
  for (let i = 0; i < tasks; i++) {
    if (least[i]! === Number.POSITIVE_INFINITY || least[i]! > tierPrices[tier[i]!]!) {
      colStatus[i] = basic;
      continue;
    }
    colStatus[first + start[i]!] = basic;
    for (let at = start[i]! + 1; at < start[i + 1]!; at++) {
      loss[at] = count[i]! * (reduced[at]! - least[i]!);
      others.push(at);
    }
  }
  const taskOf = new Int32Array(pair.length);
  for (let i = 0; i < tasks; i++) taskOf.fill(i, start[i]!, start[i + 1]!);
  let covered = 0;
  for (const at of Int32Array.from(others).sort((a, b) => loss[a]! - loss[b]!)) {
    if (covered === toCover) break;
    const here = pairs.node[pair[at]!]!;
    const there = pairs.node[pair[start[taskOf[at]!]!]!]!;
    const q = open[here]! > 0 ? here : there;
    if (open[q] === 0) continue;
    open[q]!--;
    colStatus[first + at] = basic;
    covered++;
  }

  // what is left uncovered keeps its slack: as many basic as there are rows
  for (let at = 0; at < prices.length; at++) {
    const q = Math.floor(at / width);
    if (open[q] === 0 || rowStatus[tasks + at] !== upper) continue;
    rowStatus[tasks + at] = basic;
    open[q]!--;
  }
  return { colStatus, rowStatus };
}
