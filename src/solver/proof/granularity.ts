/** Scales tried: whole numbers, then multiples of 0.5, 0.1, … */
const SCALES = [1, 2, 4, 8, 10, 100, 1000, 10_000, 100_000, 1_000_000];
/** Error of a whole sum, in units of the grain, at which values still count as its multiples. */
const WHOLE = 1e-3;
/** Largest multiple of a grain that floating point still tells apart. */
const MOST = 2 ** 40;

/**
 * The largest grain of which all values are multiples, 0 when none is found: sums of up to `terms` values then differ
 * by at least the grain or by no more than a thousandth of it.
 */
export function granularityOf(values: Float64Array, terms: number): number {
  for (const scale of SCALES) {
    let error = 0;
    let divisor = 0;
    let largest = 0;
    for (const value of values) {
      const whole = Math.round(value * scale);
      error = Math.max(error, Math.abs(value * scale - whole));
      largest = Math.max(largest, whole);
      if (error * terms > WHOLE || largest * terms > MOST) break;
      divisor = gcd(divisor, whole);
    }
    if (largest * terms > MOST) return 0;
    if (error * terms <= WHOLE) return divisor / scale;
  }
  return 0;
}

function gcd(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
