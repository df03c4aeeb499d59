import type { WindowInput } from '../../dist/model/window.js';
import type { Engines } from '../../dist/solver/engine-pool.js';
import { solve } from '../../dist/solver/solve.js';
import { exhaustive } from './exhaustive.ts';
import type { Judge } from './judge.ts';
import { ready } from './windows.ts';

export const near = (a: number, b: number, relative: number) =>
  Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) + 1e-12;

/**
 * Solves a small integral window and tells what is wrong with the answer: whatever the judge finds, anything not proven, and
 * every figure that exhaustive search does not find.
 */
export async function faultsAgainstExhaustive(
  raw: WindowInput,
  engines: Engines,
  judge: Judge | null,
): Promise<{ readonly wrong: string[]; readonly refused: boolean }> {
  const window = ready(raw);
  const answer = await solve(window, { engines });
  const best = exhaustive(window);
  const wrong = [...(judge?.(raw, answer).faults ?? [])];
  const total = best.unplaced.reduce((sum, copies) => sum + copies, 0);
  const found = answer.partial ?? answer;
  const refused = window.unplaced === 'forbid' && total > 0;
  if (refused) {
    if (answer.status !== 'infeasible' || answer.stop !== 'proved')
      wrong.push(`${answer.status} (${answer.stop}), though ${total} copies fit nowhere`);
    for (const fault of judge?.({ ...raw, unplaced: 'allow' }, answer.partial!).faults ?? [])
      wrong.push(`partial: ${fault}`);
  } else if (answer.status !== 'optimal') wrong.push(`${answer.status} (${answer.stop})`);
  best.tiers.forEach((tier, t) => {
    const said = found.unplacedBounds[t]!;
    if (said.tier !== tier || said.copies !== best.unplaced[t])
      wrong.push(`tier ${tier}: ${said.copies} of ${said.tier} unplaced, least is ${best.unplaced[t]}`);
  });
  if (!near(found.objective!, best.cost, 1e-6)) wrong.push(`cost ${found.objective}, least is ${best.cost}`);
  return { wrong, refused };
}
