/**
 * A seeded stream of numbers uniform in [0, 1), 32 bits each; the same seed gives the same stream everywhere.
 * Generator: sfc32, Chris Doty-Humphrey's "Small Fast Counting" generator of PractRand (public domain), period at
 * least 2³². `seed` is any whole number up to 2⁵³: its low and high halves and a counter are the state, mixed by
 * twelve rounds so that neighbouring seeds share nothing.
 */
export function random(seed: number): () => number {
  let a = 0;
  let b = seed | 0;
  let c = Math.floor(seed / 0x1_0000_0000) | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}
