import { leastSure } from './branching.ts';
import { fixByKnapsacks, fixByMultipliers } from './fixing.ts';
import type { Lagrangian } from './lagrangian.ts';
import { Probing } from './probing.ts';
import type { Root } from './root.ts';
import type { Standing } from './standing.ts';
import { type Ascent, ascend } from './subgradient.ts';

/** Steps of the bound and their first size: at the first node of a round, at every other node. */
const FIRST = { steps: 150, size: 0.5 };
const NODE = { steps: 12, size: 0.5 };
/** Steps between two rounds of fixing by knapsacks in a node. */
const STRONG_EVERY = 6;
/** Items in the sets that a bin may have left to be listed, at the beginning of a round and in a node; and of all bins. */
const MOST_ITEMS = { root: 500_000, node: 50_000, all: 8_000_000 };

/** Depth-first branch and bound below the cut-off of a round. */
export class Tree {
  /** Nodes looked at, of all rounds. */
  nodes = 0;
  readonly #lagrangian: Lagrangian;
  readonly #standing: Standing;
  readonly #ascent: Ascent;
  readonly #probing: Probing;

  constructor(lagrangian: Lagrangian, standing: Standing, ascent: Ascent) {
    this.#lagrangian = lagrangian;
    this.#standing = standing;
    this.#ascent = ascent;
    this.#probing = new Probing(lagrangian);
  }

  /** Looks through all that is below the cut-off, unless it is stopped; leaves the domains as they were. */
  search(root: Root): void {
    const mark = this.#mark();
    if (this.#open(root)) this.#explore(root.duals, FIRST);
    this.#undo(mark);
  }

  #mark(): { readonly domains: number; readonly columns: number } {
    return { domains: this.#lagrangian.domains.mark, columns: this.#lagrangian.columns.mark };
  }

  #undo({ domains, columns }: { readonly domains: number; readonly columns: number }): void {
    this.#lagrangian.domains.undo(domains);
    this.#lagrangian.columns.undo(columns);
  }

  /** Lists bins and fixes at the duals kept. Returns whether anything may be left. */
  #open({ kept: { settled } }: Root): boolean {
    const lagrangian = this.#lagrangian;
    const { cut } = this.#standing;
    const [best] = settled;
    lagrangian.evaluate(best!.duals);
    if (!fixByMultipliers(lagrangian, best!.duals, cut)) return false;
    this.#list(best!.duals, MOST_ITEMS.root);
    return settled.every(({ duals }) => {
      lagrangian.evaluate(duals);
      return fixByMultipliers(lagrangian, duals, cut) && this.#look(duals);
    });
  }

  /** Fixes with more effort at duals just evaluated. Returns whether anything may be left below the cut-off. */
  #look(duals: Float64Array): boolean {
    const { cut } = this.#standing;
    return fixByKnapsacks(this.#lagrangian, duals, cut) && this.#probing.narrow(duals, cut);
  }

  /** Lists the bins whose sets left below the cut-off at `duals` hold no more than `most` items. */
  #list(duals: Float64Array, most: number): void {
    const lagrangian = this.#lagrangian;
    const { domains, columns, problem } = lagrangian;
    const open = (b: number) => domains.size[b]! > 0 && domains.kind[b]! < problem.classes && !columns.listed(b);
    if (!domains.kind.some((_, b) => open(b))) return;
    const value = lagrangian.evaluate(duals);
    const slack = this.#standing.cut - value + lagrangian.rounding;
    for (let b = 0; b < domains.bins && slack >= 0 && !lagrangian.late(); b++)
      if (open(b))
        lagrangian.list(b, duals, lagrangian.gain[b]! - slack, Math.min(most, MOST_ITEMS.all - columns.items));
  }

  /** Looks through all that the domains allow below the cut-off, beginning at the parent's duals. */
  #explore(parent: Float64Array, effort: typeof NODE): void {
    this.nodes++;
    const { domains, columns } = this.#lagrangian;
    const duals = parent.slice();
    for (let steps = effort; this.#raise(duals, steps); steps = NODE) {
      this.#list(duals, MOST_ITEMS.node);
      const choice = leastSure(this.#lagrangian, this.#ascent.average);
      if (!choice) {
        this.#leaf(duals);
        return;
      }
      const { bin, cell } = choice;
      // one copy more of the task in one bin of this kind …
      const mark = this.#mark();
      const more = domains.low[cell]! + 1;
      const apart = domains.setApart(bin);
      const there = cell - domains.base[bin]! + domains.base[apart]!;
      if (apart !== bin) {
        this.#copyAverage(bin, apart);
        columns.share(bin, apart);
      }
      domains.narrow(apart, there, more, domains.high[there]!);
      if (domains.settle()) this.#explore(duals, NODE);
      this.#undo(mark);
      if (this.#standing.stopped) return;
      // … or in none of them
      domains.narrow(bin, cell, domains.low[cell]!, more - 1);
      if (!domains.settle()) return;
    }
  }

  /** Raises the bound of a node, fixing as it goes. Returns whether anything may be left below the cut-off. */
  #raise(duals: Float64Array, effort: typeof NODE): boolean {
    const lagrangian = this.#lagrangian;
    const standing = this.#standing;
    let best = Number.NEGATIVE_INFINITY;
    let open = true;
    ascend(lagrangian, this.#ascent, duals, effort, {
      begin: () => standing.goOn(),
      target: (value) => standing.cut + 0.3 * (standing.cut - value),
      look: (current, { value, exact, step }) => {
        standing.listen();
        if (exact) standing.record(lagrangian.domains, lagrangian.x);
        const { cut } = standing;
        best = Math.max(best, value);
        open = value - lagrangian.rounding <= cut;
        if (!open) return true;
        if (cut - value >= 1.5 * (cut - best) + 1e-12) return false;
        open = fixByMultipliers(lagrangian, current, cut);
        if (open && (step === effort.steps - 1 || step % STRONG_EVERY === STRONG_EVERY - 1)) open = this.#look(current);
        return !open;
      },
    });
    return open && !standing.stopped;
  }

  /** Everything is decided: the best sets are an assignment. */
  #leaf(duals: Float64Array): void {
    const lagrangian = this.#lagrangian;
    const standing = this.#standing;
    const value = lagrangian.evaluate(duals);
    if (value === Number.NEGATIVE_INFINITY) {
      standing.stopped = 'expired'; // out of time in the middle of it
      return;
    }
    if (value === Number.POSITIVE_INFINITY) return; // no set is left of some bin
    standing.record(lagrangian.domains, lagrangian.x);
    if (value - lagrangian.rounding <= standing.cut) standing.cut = Math.min(standing.cut, value);
  }

  #copyAverage(from: number, to: number): void {
    const { domains, problem } = this.#lagrangian;
    const { base, kind } = domains;
    const items = problem.start[kind[from]! + 1]! - problem.start[kind[from]!]!;
    this.#ascent.average.copy(base[from]!, base[to]!, items);
  }
}
