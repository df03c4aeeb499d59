import { leastSure } from './branching.ts';
import { fixByKnapsacks, fixByMultipliers } from './fixing.ts';
import { grown } from './grown.ts';
import { DECISION, type Handover, type Round } from './handover.ts';
import type { Lagrangian } from './lagrangian.ts';
import { Probing } from './probing.ts';
import type { Standing } from './standing.ts';
import { type Ascent, ascend } from './subgradient.ts';

/** Steps of the bound and their first size: at the first node of a round, at every other node. */
const FIRST = { steps: 150, size: 0.5 };
const NODE = { steps: 12, size: 0.5 };
/** Steps between two rounds of fixing by knapsacks in a node. */
const STRONG_EVERY = 6;
/** Items in the sets that a bin may have left to be listed, at the beginning of a round and in a node; numbers in all lists. */
const MOST_ITEMS = { root: 500_000, node: 50_000, all: 8_000_000 };

/** A node whose first child is being explored; the rest of it is another branch, until someone else has it. */
interface Frame {
  readonly decisions: number; // that lead to it
  readonly bin: number;
  readonly cell: number;
  readonly most: number; // copies in the rest of it
  readonly duals: Float64Array;
  given: boolean;
}

/** Depth-first branch and bound below the cut-off of a round, alone or beside another thread that has a part of it. */
export class Tree {
  /** Nodes looked at, of all rounds. */
  nodes = 0;
  readonly #lagrangian: Lagrangian;
  readonly #standing: Standing;
  readonly #ascent: Ascent;
  readonly #probing: Probing;
  readonly #handover: Handover | null;
  #path = new Int32Array(64 * DECISION); // decisions that lead to the node looked at
  #decisions = 0;
  readonly #frames: Frame[] = []; // on the way to it, from the root on

  constructor(lagrangian: Lagrangian, standing: Standing, ascent: Ascent, handover: Handover | null) {
    this.#lagrangian = lagrangian;
    this.#standing = standing;
    this.#ascent = ascent;
    this.#probing = new Probing(lagrangian);
    this.#handover = handover;
  }

  /** Looks through all that is below the cut-off of a round, unless it is stopped; leaves the domains as they were. */
  search(round: Round): void {
    const handover = this.#handover;
    do {
      handover?.announce(round);
      const mark = this.#mark();
      if (this.#open(round)) {
        this.#exploreAll(() => true, round.duals, FIRST);
        this.#share();
      }
      this.#undo(mark);
    } while (handover?.lost && !this.#standing.stopped);
  }

  /** Looks through the parts of a round that its owner hands over, until it is over or this is stopped. */
  assist(round: Round): void {
    const mark = this.#mark();
    this.#standing.begin(round.cut);
    const any = this.#open(round);
    this.#share(any);
    this.#undo(mark);
  }

  /** Explores what the other thread hands over, where there is `any` to look at, until neither has anything left. */
  #share(any = true): void {
    const goOn = () => this.#standing.wait();
    for (let branch = this.#handover?.take(goOn); branch; branch = this.#handover?.take(goOn)) {
      const { path, duals } = branch;
      this.#exploreAll(() => any && this.#follow(path), duals, NODE);
    }
    this.#standing.listen();
  }

  /** Explores what is left after `decide`, if anything may be, and takes all decisions back. */
  #exploreAll(decide: () => boolean, duals: Float64Array, effort: typeof NODE): void {
    const mark = this.#mark();
    if (decide()) this.#explore(duals, effort);
    this.#undo(mark);
    this.#decisions = 0;
  }

  /** Takes the decisions of a path. Returns whether anything may be left. */
  #follow(path: Int32Array): boolean {
    for (let at = 0; at < path.length; at += DECISION)
      if (!this.#decide(path[at] === 1, path[at + 1]!, path[at + 2]!, path[at + 3]!)) return false;
    return true;
  }

  /**
   * Decides that one of the alike copies that bin `bin` stands for takes `copies` of the task of `cell` or more (`inside`), or
   * none of them takes more. Returns whether anything may be left.
   */
  #decide(inside: boolean, bin: number, cell: number, copies: number): boolean {
    const { domains, columns } = this.#lagrangian;
    if (DECISION * (this.#decisions + 1) > this.#path.length) this.#path = grown(this.#path);
    this.#path.set([inside ? 1 : 0, bin, cell, copies], DECISION * this.#decisions++);
    if (inside) {
      const apart = domains.setApart(bin);
      const there = cell - domains.base[bin]! + domains.base[apart]!;
      if (apart !== bin) {
        this.#copyAverage(bin, apart);
        columns.share(bin, apart);
      }
      domains.narrow(apart, there, copies, domains.high[there]!);
    } else domains.narrow(bin, cell, domains.low[cell]!, copies);
    return domains.settle();
  }

  /** Hands over the branch nearest to the root to the other thread, if it waits for one. */
  #handOver(): void {
    const handover = this.#handover;
    if (!handover?.wanted) return;
    const frame = this.#frames.find(({ given }) => !given);
    if (!frame) return;
    const path = this.#path.slice(0, DECISION * (frame.decisions + 1));
    path.set([0, frame.bin, frame.cell, frame.most], DECISION * frame.decisions);
    frame.given = handover.give({ path, duals: frame.duals });
  }

  #mark(): { readonly domains: number; readonly columns: number } {
    return { domains: this.#lagrangian.domains.mark, columns: this.#lagrangian.columns.mark };
  }

  #undo({ domains, columns }: { readonly domains: number; readonly columns: number }): void {
    this.#lagrangian.domains.undo(domains);
    this.#lagrangian.columns.undo(columns);
  }

  /** Lists bins and fixes at the duals kept. Returns whether anything may be left. */
  #open({ kept }: Round): boolean {
    const lagrangian = this.#lagrangian;
    const { cut } = this.#standing;
    const [best] = kept;
    lagrangian.evaluate(best!);
    if (!fixByMultipliers(lagrangian, best!, cut)) return false;
    if (!this.#list(best!, MOST_ITEMS.root)) return false;
    return kept.every((duals) => {
      lagrangian.evaluate(duals);
      return fixByMultipliers(lagrangian, duals, cut) && this.#look(duals);
    });
  }

  /** Fixes with more effort at duals just evaluated. Returns whether anything may be left below the cut-off. */
  #look(duals: Float64Array): boolean {
    const { cut } = this.#standing;
    return fixByKnapsacks(this.#lagrangian, duals, cut) && this.#probing.narrow(duals, cut);
  }

  /**
   * Lists the bins whose sets left below the cut-off at `duals` hold no more than `most` items. Returns whether anything may
   * be left.
   */
  #list(duals: Float64Array, most: number): boolean {
    const lagrangian = this.#lagrangian;
    const { domains, columns, problem } = lagrangian;
    const open = (b: number) => domains.size[b]! > 0 && domains.kind[b]! < problem.classes && !columns.listed(b);
    if (!domains.kind.some((_, b) => open(b))) return true;
    const value = lagrangian.evaluate(duals);
    const slack = this.#standing.cut - value + lagrangian.rounding;
    for (let b = 0; b < domains.bins && slack >= 0 && !lagrangian.late(); b++) {
      const room = Math.min(most, MOST_ITEMS.all - columns.items);
      if (room <= 0 || !open(b) || !lagrangian.list(b, duals, lagrangian.gain[b]! - slack, room)) continue;
      if (columns.of(b).active === 0) return false;
      columns.conclude(b);
    }
    return domains.settle();
  }

  /** Looks through all that the domains allow below the cut-off, beginning at the parent's duals. */
  #explore(parent: Float64Array, effort: typeof NODE): void {
    this.nodes++;
    const { domains } = this.#lagrangian;
    const duals = parent.slice();
    for (let steps = effort; this.#raise(duals, steps); steps = NODE) {
      this.#handOver();
      if (!this.#list(duals, MOST_ITEMS.node)) return;
      const choice = leastSure(this.#lagrangian, this.#ascent.average);
      if (!choice) {
        this.#leaf(duals);
        return;
      }
      const { bin, cell } = choice;
      // one copy more of the task in one bin of this kind …
      const more = domains.low[cell]! + 1;
      const frame = { decisions: this.#decisions, bin, cell, most: more - 1, duals, given: false };
      this.#frames.push(frame);
      const mark = this.#mark();
      if (this.#decide(true, bin, cell, more)) this.#explore(duals, NODE);
      this.#undo(mark);
      this.#decisions = frame.decisions;
      this.#frames.pop();
      // … or in none of them
      if (this.#standing.stopped || frame.given || !this.#decide(false, bin, cell, more - 1)) return;
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
