import { expect, it } from 'vitest';
import { measureBaseline, readBaseline, worse } from '../dist/bench/baseline.js';

const kept = readBaseline('bench/baseline.json');

it('costs and gaps are no worse than those kept in bench/baseline.json', async () => {
  // what is better, or changed on purpose, is kept by: npm run bench -- --baseline
  expect(worse(await measureBaseline(), kept)).toEqual([]);
}, 300_000);

it('what got worse is named', () => {
  const [name, was] = Object.entries(kept)[0]!;
  expect(worse(kept, kept)).toEqual([]);
  expect(worse({ ...kept, [name]: { ...was, cost: 1.01 * was.cost } }, kept)[0]).toMatch(`${name}: costs`);
  expect(worse({ ...kept, [name]: { ...was, gap: was.gap + 0.01 } }, kept)[0]).toMatch(`${name}: gap`);
  expect(worse({ ...kept, [name]: { ...was, unplaced: was.unplaced.map((copies) => copies + 1) } }, kept)[0]).toMatch(
    'unplaced',
  );
  const dearer = Object.fromEntries(Object.entries(kept).map(([n, one]) => [n, { ...one, cost: 1.001 * one.cost }]));
  expect(worse(dearer, kept)).toEqual([expect.stringMatching(/all together: 0\.100 % dearer/)]);
  const { [name]: _, ...others } = kept;
  expect(worse(others, kept)).toEqual([expect.stringContaining('not measured')]);
});
