/** A copy of `array`, twice as long. */
export function grown<T extends Int32Array | Float64Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(2 * array.length);
  larger.set(array as never);
  return larger;
}
