/** The mean; 0 of nothing. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/**
 * The least value that at least this share of all values (0 to 1) does not exceed: one of them, never between two. Null
 * counts as more than anything (not reached); null of nothing.
 */
export function quantile(values: readonly (number | null)[], share: number): number | null {
  const sorted = [...values].sort((a, b) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY));
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** The lower median; null counts as more than anything, or is left out where `known` values only count. */
export const median = (values: readonly (number | null)[], known = false): number | null =>
  quantile(known ? values.filter((value) => value !== null) : values, 0.5);

/** The usual median: the mean of the two in the middle where there are two; null of nothing. */
export function middle(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
