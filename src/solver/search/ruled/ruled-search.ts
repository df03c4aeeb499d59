import { type Assignment, compareScores, scoreOf } from '../../../model/assignment.ts';
import type { Instance } from '../../../model/instance.ts';
import { isFeasible } from '../../../model/loads.ts';
import { random } from '../../../model/random.ts';
import { post, read } from '../../board.ts';
import { type Budget, now } from '../../budget.ts';
import type { SearchJob } from '../search.ts';
import { assignmentAt } from '../units.ts';
import { Layout } from './layout.ts';
import { Places } from './places.ts';
import { Rebuild } from './rebuild.ts';
import { SmallMoves } from './small-moves.ts';
import { Trial } from './trial.ts';

/** Places looked at in one stride. */
const STRIDE = 20_000;
/** Share of the work that goes into small moves. */
const SMALL = 0.3;
/** First and last temperature, as shares of what a shift changes in the mean. */
const HOTTEST = 0.1;
const COLDEST = 0.002;
/** Eagerness to fill nodes, at first and in the end. */
const EAGER = 0.3;
const LEAST_EAGER = 0.03;
/** What leaving out a unit twice as large is worth at first, in mean changes by a shift; in the end nothing. */
const RELIEF = 8;
/** Toll on units that are out, at first and in the end, in what opening costs for the mean unit; until this share of the time is over. */
const TOLL = 1;
const LAST_TOLL = 4;
const TOLL_UNTIL = 0.7;
/** Units on a mean open node from which it takes a toll to empty one: of few, a rebuild finds places for all. */
const MANY_UNITS = 5;
/** What a shift counts as changing where all places are equally good, as a share of the least price of a unit that is out. */
const SAME = 1 / 16;
/** Strides between two sums of everything anew. */
const REFRESH = 16;
/** Milliseconds between two posts of better assignments. */
const POST_MS = 15;
/** The same as a multiple of what a post takes. */
const POST_REST = 20;
/** Share of the time after which the search goes on from the best layout, near the end of its cooling. */
const HOME = 0.9;
/** Shares of the time after which it goes on from what others found, if that is better. */
const LOOKS = [TOLL_UNTIL, HOME];

/** Improves an assignment of an instance with side rules or opening costs until the deadline; every better one is posted. */
export function searchRuled(job: SearchJob): void {
  const { deadline, strides, board, others = [], stop } = job;
  const began = now();
  const timed = Number.isFinite(deadline);
  const looks = timed ? [...LOOKS] : [];
  const run = new RuledSearch(job);
  let posted = 0;
  let due = began;
  const publish = (): void => {
    const before = now();
    const { instance, best } = run.layout;
    const { at, cost, kept } = best;
    if (kept > posted && isFeasible(instance, assignmentAt(instance, at))) post(board, at, cost, null);
    posted = kept;
    due = now() + Math.max(POST_MS, POST_REST * (now() - before));
  };
  for (let stride = 0; stride < strides && Atomics.load(stop, 0) === 0; stride++) {
    const time = timed ? now() : began;
    if (time >= deadline) break;
    const progress = timed ? (time - began) / (deadline - began) : stride / strides;
    run.stride(progress);
    if (progress > looks[0]!) {
      looks.shift();
      for (const other of others) run.consider(read(other)?.x);
    }
    if (run.layout.best.kept > posted && now() > due) publish();
  }
  publish();
}

/** The descent that the same moves make without heat, in so many strides at most: an assignment that is no worse, and feasible. */
export function descendRuled(
  instance: Instance,
  start: Assignment,
  prices: Float64Array,
  seed: number,
  strides: number,
  budget: Budget,
): Assignment {
  const run = new RuledSearch({ instance, start, prices, seed });
  for (let stride = 0; stride < strides && !budget.expired(); stride++) run.stride(1);
  const found = assignmentAt(instance, run.layout.best.at);
  return isFeasible(instance, found) ? found : start;
}

/** Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983) by small moves and rebuilds, each with its share of the work. */
class RuledSearch {
  readonly layout: Layout;
  readonly #next: () => number;
  readonly #places: Places;
  readonly #small: SmallMoves;
  readonly #rebuild: Rebuild;
  #strides = 0;
  #changes = 0; // of energy, by shifts looked at
  #changed = 0; // how many
  #isHome = false;

  constructor({ instance, start, prices, seed }: Pick<SearchJob, 'instance' | 'start' | 'prices' | 'seed'>) {
    const whole = instance as Instance; // search looks at numbers only, never at the window
    this.#next = random(seed);
    this.layout = new Layout(whole, start);
    this.#places = new Places(whole, prices, this.#next);
    const trial = new Trial(this.layout);
    this.#small = new SmallMoves(this.layout, this.#places, trial, this.#next);
    this.#rebuild = new Rebuild(this.layout, this.#places, trial, this.#next);
  }

  /** Whether units may stay out for a toll: none is left out by the best layout that has a place, and open nodes hold many. */
  #tolls(): boolean {
    const { best, instance, task } = this.layout;
    const { whole, placed, nodes } = best.opened(instance, task);
    return whole && placed >= MANY_UNITS * nodes;
  }

  /** Goes on from places that another search found, if they are better than the best. */
  consider(places: ArrayLike<number> | undefined): void {
    const { instance, best } = this.layout;
    if (!places) return;
    const [theirs, ours] = [places, best.at].map((each) => scoreOf(instance, assignmentAt(instance, each)));
    if (compareScores(theirs!, ours!) < 0) this.layout.adopt(places);
  }

  /** Searches for about a millisecond, `progress` being the share of the time that is over. */
  stride(progress: number): void {
    const { layout } = this;
    if (!this.#isHome && progress > HOME) {
      this.#isHome = true;
      layout.goToBest();
    }
    const { outside } = layout;
    if (this.#strides++ % REFRESH === 0) {
      layout.eagerness = between(EAGER, LEAST_EAGER, progress);
      const tolls = progress <= TOLL_UNTIL && outside.opening > 0 && this.#tolls();
      outside.toll = tolls ? outside.opening * between(TOLL, LAST_TOLL, progress / TOLL_UNTIL) : 0;
      layout.refresh();
    }
    const mean = this.#changed > 0 ? this.#changes / this.#changed : SAME * outside.least;
    outside.relief = Math.min(RELIEF * mean, outside.least / 4 / outside.mostBulk) * (1 - Math.min(1, progress));
    const temperature = mean * between(HOTTEST, COLDEST, progress);
    const small = this.#small;
    const rebuild = this.#rebuild;
    const looked = () => small.looked + rebuild.looked + this.#places.looked;
    for (const end = looked() + STRIDE; looked() < end; ) {
      const threshold = -temperature * Math.log(this.#next() + 1e-300);
      if (small.looked * (1 - SMALL) > rebuild.looked * SMALL) {
        rebuild.try(threshold);
        continue;
      }
      const change = small.try(threshold);
      if (change > 0) {
        this.#changes += change;
        this.#changed++;
      }
    }
  }
}

const between = (first: number, last: number, progress: number): number =>
  first * (last / first) ** Math.min(1, progress);
