import { type ColumnList, lowest } from './column-list.ts';

/**
 * What it costs, at the last evaluation, to have an item in the set (`inside`, by cell) or not (`outside`): the best value
 * `gain` less the best of the columns with it, or without. Cells that are not told: Infinity inside, 0 outside.
 */
export function losses(
  list: ColumnList,
  gain: number,
  base: number,
  inside: Float64Array,
  outside: Float64Array,
): void {
  const { active, value, member, mask, length, words } = list;
  const { bits, item, sure } = list.bits;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let c = 0; c < active; c++) {
    const loss = gain - value[c]!;
    if (loss < least) {
      least = loss;
      best = c;
    }
    for (let at = c * length, n = 0; n < length; n++, at++) {
      const bit = member[at]!;
      if (bit === bits) break;
      const cell = base + item[bit]!;
      if (loss < inside[cell]!) inside[cell] = loss;
    }
  }
  for (const m of sure) {
    inside[base + m] = least;
    outside[base + m] = Number.POSITIVE_INFINITY;
  }
  // without: only the items of the best column lose anything
  for (let at = best * length, n = 0; n < length && member[at]! < bits; n++, at++) {
    const bit = member[at]!;
    if (outside[base + item[bit]!] === 0) outside[base + item[bit]!] = Number.POSITIVE_INFINITY;
  }
  for (let c = 0; c < active; c++) {
    const loss = gain - value[c]!;
    for (let w = 0; w < words; w++)
      for (let left = mask[best * words + w]! & ~mask[c * words + w]!; left !== 0; left &= left - 1) {
        const bit = 32 * w + lowest(left);
        const cell = base + item[bit]!;
        if (loss < outside[cell]!) outside[cell] = loss;
      }
  }
}

/**
 * Rules out the columns whose reduced cost passes `slack` together with the most that one item adds elsewhere: `force`
 * (by cell) where the column has it, `lack` where it has not.
 */
export function probe(
  list: ColumnList,
  gain: number,
  slack: number,
  base: number,
  force: Float64Array,
  lack: Float64Array,
): void {
  const { value, mask, member, length, words } = list;
  const { bits, item } = list.bits;
  const forced = new Float64Array(bits + 1); // bits, and 0 for none
  const dearest: number[] = []; // first bits of the items dearest to lack, of which a column seldom has all
  for (let bit = 0; bit < bits; bit++) {
    const cell = base + item[bit]!;
    forced[bit] = force[cell]!;
    if (lack[cell]! > 0 && (bit === 0 || item[bit - 1] !== item[bit])) dearest.push(bit);
  }
  dearest.sort((a, b) => lack[base + item[b]!]! - lack[base + item[a]!]!);
  list.keep((c) => {
    let most = 0;
    for (let at = c * length, n = 0; n < length; n++, at++)
      if (forced[member[at]!]! > most) most = forced[member[at]!]!;
    for (let d = 0; d < dearest.length; d++) {
      const bit = dearest[d]!;
      const price = lack[base + item[bit]!]!;
      if (price <= most) break;
      if ((mask[c * words + (bit >> 5)]! & (1 << (bit & 31))) !== 0) continue;
      most = price;
      break;
    }
    return gain - value[c]! + most <= slack;
  });
}
