import type { Highs } from 'highs';
import { now } from '../budget.ts';
import { bestPairs } from '../candidates.ts';
import type { Engine } from '../engines/engine.ts';
import { undecidedOf } from './decided.ts';
import { keptInHighs, manyBinding } from './kept.ts';
import { reposed } from './reposed.ts';
import type { Relaxation } from './restricted.ts';
import { type Found, firstColumns, firstDear, sift } from './sifting.ts';

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
 * in, and all tasks where nothing was found; it sifts again from the prices that prove most.
 */
export function siftFrom(
  loaded: Loaded,
  relaxation: Relaxation,
  prices: Float64Array,
  end: { readonly time: number; readonly rounds: number },
  onRound: (found: Found) => void,
): void {
  const { tasks } = relaxation.instance;
  const contested = new Uint8Array(tasks);
  let { rounds } = end;
  let best = { prices, bound: Number.NEGATIVE_INFINITY }; // that prove most of the whole
  for (;;) {
    const part = undecidedOf(relaxation, best.prices, contested);
    let last = prices;
    const solved = siftAll(loaded, part ? part.relaxation : relaxation, best.prices, { ...end, rounds }, (found) => {
      const whole = part ? part.whole(found) : found;
      last = whole.prices;
      if (whole.bound > best.bound) best = { prices: last, bound: whole.bound };
      rounds--;
      onRound({ ...whole, ...best });
    });
    if (!part || rounds <= 0 || now() >= end.time) return;
    const wrong = solved ? part.wrong(last) : Array.from(contested.keys());
    if (wrong.length === 0) return;
    for (const i of wrong) contested[i] = 1;
  }
}

/** Sifts from the best pairs at some prices; whether to the end. */
function siftAll(
  { highs, engine }: Loaded,
  relaxation: Relaxation,
  prices: Float64Array,
  end: { readonly time: number; readonly rounds: number },
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
