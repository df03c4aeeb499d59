import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainWindow } from '../dist/model/plain-window.js';
import { random } from '../dist/model/random.js';
import { windowSchema } from '../dist/model/window.js';
import { randomWindow } from './support/random-window.ts';

/** Values that some field or other refuses. */
const ODD = [
  ...[null, true, '', 'x', 'constructor', '__proto__', 'x'.repeat(257)],
  ...[-1, -0, 0, 1e-10, 0.5, 1, 7, 1e15, 1e16, 2 ** 53, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY],
  ...[
    [],
    ['a'],
    [''],
    [null],
    [1, true],
    new Array(1),
    {},
    { a: 1 },
    { min: 1 },
    { exists: 1 },
    { not: ['a'] },
    { on: {} },
  ],
  new Map(),
];
const NAMES = ['id', 'demand', 'on', 'weight', 'maxMoves', 'group', 'constructor', '__proto__', 'toString', '', 'cpu'];

/** Every object and list within a value, itself included. */
const containers = (value: unknown): object[] =>
  value !== null && typeof value === 'object' ? [value, ...Object.values(value).flatMap(containers)] : [];

/** A window with something in it replaced, added or removed. */
function spoilt(seed: number): unknown {
  const next = random(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;
  const raw = JSON.parse(JSON.stringify(randomWindow(seed)));
  const place = pick(containers(raw)) as Record<string, unknown>;
  const names = Object.keys(place);
  const other = Array.isArray(place) ? `${place.length}` : pick(NAMES);
  const name = next() < 0.6 && names.length > 0 ? pick(names) : other;
  if (next() < 0.1) delete place[name];
  else Object.defineProperty(place, name, { value: pick(ODD), enumerable: true, writable: true, configurable: true });
  return raw;
}

describe('the quick reading of a window', () => {
  test('reads what the schema reads', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const raw = JSON.parse(JSON.stringify(randomWindow(seed)));
        expect(plainWindow(raw)).toEqual(windowSchema.parse(raw));
      }),
    );
  });

  test('takes nothing that the schema refuses', () => {
    let taken = 0;
    let left = 0;
    for (let seed = 0; seed < 4000; seed++) {
      const raw = spoilt(seed);
      const plain = plainWindow(raw);
      if (plain === null) left++;
      else {
        taken++;
        expect(plain).toEqual(windowSchema.parse(raw));
      }
    }
    expect(Math.min(taken, left)).toBeGreaterThan(500); // of both kinds there are enough
  });
});
