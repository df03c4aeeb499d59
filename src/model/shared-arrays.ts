/** Arrays in shared memory, which other threads read without a copy. */
export const sharedNumbers = (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(8 * length));
export const sharedIntegers = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));

/** A copy of twice the length, the second half 0. */
export function doubled<T extends Int32Array | Float64Array>(old: T, make: (length: number) => T): T {
  const larger = make(Math.max(1, 2 * old.length));
  larger.set(old);
  return larger;
}
