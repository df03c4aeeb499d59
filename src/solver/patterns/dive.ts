import type { Demand } from './generate.ts';
import type { Master } from './master.ts';
import type { Pattern, Use } from './pattern.ts';
import type { PatternPool } from './pool.ts';

/** How careful a dive is. */
export interface Care {
  readonly share: number; // of the fractional patterns, rounded up at once where none is whole; one at least
  readonly rounds: number; // of pricing after each rounding
  readonly branches: number; // of each knapsack, at most
  readonly time: number; // share of the time left that it should take at most
}

/** What a dive sees of the time. */
export interface Clock {
  expired(): boolean;
  /** Share of all time that is over; 0 where steps are counted. */
  progress(): number;
}

/** Branches of one knapsack at first, and their growth whenever so many find nothing new. */
const BRANCHES = { first: 1000, growth: 7 };
/** Rounds of pricing after a rounding when a dive is behind, of BRANCHES.first branches each. */
const LATE_ROUNDS = 3;
/** Amount below 1 that counts as whole. */
const WHOLE = 1e-6;

/**
 * Rounds the master's solution to whole patterns by diving (Joncour et al. 2010): uses each pattern as often as its
 * amount holds whole nodes, or else the patterns nearest to one node once; prices patterns for what is left; and again.
 * Takes less care while it is behind the clock (`progress` says what share of the time is over). Leaves the master
 * restricted. Returns null when `expired` ended it.
 */
export function dive(
  pool: PatternPool,
  master: Master,
  demand: Demand,
  care: Care,
  { expired, progress }: Clock,
): Use[] | null {
  const left = demand.left.slice();
  const nodes = demand.nodes.slice();
  const uses: Use[] = [];
  const use = (pattern: Pattern, wanted: number): boolean => {
    let many = Math.min(wanted, nodes[pattern.nodeClass]!);
    pattern.task.forEach((i, at) => {
      many = Math.min(many, Math.floor(left[i]! / pattern.copies[at]!));
    });
    if (many < 1) return false;
    pattern.task.forEach((i, at) => {
      left[i]! -= many * pattern.copies[at]!;
    });
    nodes[pattern.nodeClass]! -= many;
    uses.push({ pattern, nodes: many });
    return true;
  };
  const solve = (): boolean => {
    const { patterns } = pool;
    const usable = (p: number) => nodes[patterns[p]!.nodeClass]! > 0 && pool.fits(patterns[p]!, left);
    master.restrict(left, nodes, usable, patterns.length);
    return master.solve();
  };

  const began = progress();
  const end = began + care.time * (1 - began);
  let fractional = 0; // copies left after whole patterns were used for the first time
  const behind = (): boolean => {
    const copies = left.reduce((sum, many) => sum + many, 0);
    if (fractional === 0) fractional = copies;
    return progress() > began + (end - began) * (1 - copies / fractional);
  };

  if (!solve()) return null;
  while (left.some((copies) => copies > 0)) {
    if (!roundDown(pool, master, use) && !roundUp(pool, master, use, care.share)) break;
    if (expired() || !solve()) return null;
    let branches = BRANCHES.first;
    const late = behind();
    const rounds = late ? Math.min(LATE_ROUNDS, care.rounds) : care.rounds;
    const most = late ? BRANCHES.first : care.branches;
    for (let round = 0; round < rounds; round++) {
      const { added } = pool.price(master, master.duals, left, nodes, demand.held, branches);
      if (expired()) return null;
      if (added === 0) branches *= BRANCHES.growth;
      if (branches > most || (added > 0 && !master.solve())) break;
    }
  }
  return uses;
}

type UsePattern = (pattern: Pattern, wanted: number) => boolean;

function roundDown({ patterns }: PatternPool, master: Master, use: UsePattern): boolean {
  let any = false;
  patterns.forEach((pattern, p) => {
    const whole = Math.floor(master.amountOf(p) + WHOLE);
    if (whole > 0 && use(pattern, whole)) any = true;
  });
  return any;
}

function roundUp({ patterns }: PatternPool, master: Master, use: UsePattern, share: number): boolean {
  const fractional = Array.from(patterns.keys()).filter((p) => master.amountOf(p) > WHOLE);
  fractional.sort((a, b) => master.amountOf(b) - master.amountOf(a) || a - b);
  let any = false;
  for (const p of fractional.slice(0, Math.max(1, Math.floor(share * fractional.length))))
    if (use(patterns[p]!, 1)) any = true;
  return any;
}
