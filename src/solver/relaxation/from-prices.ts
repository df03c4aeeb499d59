import type { Highs } from 'highs';
import { now } from '../budget.ts';
import { bestPairs } from '../candidates.ts';
import type { Engine } from '../engines/engine.ts';
import { undecidedOf } from './decided.ts';
import { keptInHighs, manyBinding } from './kept.ts';
import { reposed } from './reposed.ts';
import type { Relaxation } from './restricted.ts';
import { type Found, firstColumns, firstDear, type Limit, sift } from './sifting.ts';

/** Pairs of each task to begin with; more for interior points, whose every round begins anew. */
const FIRST_PAIRS = 4;
const FIRST_PAIRS_INTERIOR = 8;
/** Share of the typical cost within which pairs are as good as each other. */
const SPREAD = 1e-6;

/** What solves restricted programs: HiGHS, which keeps them, or an engine that does not. */
export interface Loaded {
  readonly highs?: Highs;
  readonly engine?: Engine;
}

/**
 * Sifts from some prices, the tasks that they decide left out. Where the prices found decide otherwise, those tasks come
 * in, and all tasks where these can not tell why others have no room; it sifts again from the prices that prove most. What
 * is reported is the best point so far and these prices.
 */
export function siftFrom(
  loaded: Loaded,
  relaxation: Relaxation,
  prices: Float64Array,
  end: Limit,
  onRound: (found: Found) => void,
): void {
  const { tasks } = relaxation.instance;
  const contested = new Uint8Array(tasks);
  let { rounds } = end;
  let best = { prices, bound: Number.NEGATIVE_INFINITY }; // that prove most of the whole
  let point: Found | null = null;
  for (;;) {
    const part = undecidedOf(relaxation, best.prices, contested);
    const limit = { ...end, rounds, ...(part && { raises: 0 }) };
    let last = prices;
    const solved = siftAll(loaded, part ? part.relaxation : relaxation, best.prices, limit, (found) => {
      const whole = part ? part.whole(found) : found;
      last = whole.prices;
      if (whole.bound > best.bound) best = { prices: last, bound: whole.bound };
      if (!point || isBetter(whole, point)) point = whole;
      rounds--;
      onRound({ ...point, ...best });
    });
    if (!part || rounds <= 0 || now() >= end.time) return;
    const wrong = part.wrong(last);
    if (solved && wrong.length === 0) return;
    for (const i of wrong.length > 0 ? wrong : contested.keys()) contested[i] = 1;
  }
}

/** Whether a point leaves out less of what must be placed, or as much at less cost. */
const isBetter = (a: Found, b: Found): boolean => a.idle < b.idle || (a.idle === b.idle && a.cost < b.cost);

/** Sifts from the best pairs at some prices; whether to the end. */
function siftAll(
  { highs, engine }: Loaded,
  relaxation: Relaxation,
  prices: Float64Array,
  end: Limit,
  onRound: (found: Found) => void,
): boolean {
  const { instance, objective, unit } = relaxation;
  const copies = instance.count.reduce((sum, count) => sum + count, 0);
  const spread = (SPREAD * unit * instance.tasks) / copies;
  const most = highs && manyBinding(prices) ? FIRST_PAIRS_INTERIOR : FIRST_PAIRS;
  const candidates = bestPairs(instance, objective.cost, prices, most, spread);
  const dear = firstDear(relaxation, candidates);
  const restricted = highs
    ? keptInHighs(highs, relaxation, candidates, prices, dear)
    : reposed(engine!, relaxation, firstColumns(candidates), dear);
  try {
    return sift(relaxation, restricted, firstColumns(candidates), dear, end, onRound);
  } finally {
    restricted.dispose();
  }
}
