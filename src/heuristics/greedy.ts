import { assignmentOf, dustOf, type Placement } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import { addLoad, type Loads, roomFor } from '../model/loads.ts';
import { type Reason, roomReasons } from '../model/reasons.ts';
import { type SideState, sideStateOf } from '../model/side-state.ts';
import { brokenGangs, lastHalf, valuesOf } from './groups.ts';
import { Heap } from './heap.ts';
import type { Candidate, Heuristic, HeuristicOptions, Placed, Rule } from './heuristic.ts';

/** Candidates looked at between two glances at the clock. */
const PATIENCE = 50_000;
/** Candidates after which a rule gives up whatever the clock says: minutes of them. */
const MOST_CANDIDATES = 2e9;
/** Parts into which a rule that spreads cuts a divisible entry of one copy, and the most parts of any entry. */
const SHARES = 8;
const MOST_PARTS = 500;

/** Makes the heuristic of a rule. */
export function greedy(rule: Rule): Heuristic {
  return {
    name: rule.name,
    summary: rule.summary,
    source: rule.source ?? null,
    place: (instance, options = {}) => place(rule, instance, options),
  };
}

/** One choice of the rule: so much room on a node copy for a pair's task. */
interface Choice {
  readonly pair: number;
  readonly copy: number;
  readonly score: number;
}

/**
 * Places by the rule. A gang that could not be placed whole is left out, and all is placed once more: its room may serve
 * others.
 */
function place(rule: Rule, instance: Instance, options: HeuristicOptions): Placed | null {
  const out = new Set<number>(); // groups
  for (;;) {
    const placing = new Placing(rule, instance, options, out);
    if (!placing.run()) return null;
    const broken = placing.sides ? brokenGangs(instance, placing.sides) : [];
    if (broken.length === 0) return placing.placed();
    for (const g of lastHalf(instance, broken, placing.order)) out.add(g);
  }
}

/** One pass over the tasks. */
class Placing {
  readonly #rule: Rule;
  readonly #instance: Instance;
  readonly #expired: HeuristicOptions['expired'];
  readonly #out: ReadonlySet<number>;
  readonly #loads: Loads;
  readonly #score: (candidate: Candidate) => number;
  readonly #placements: Placement[] = [];
  readonly #shortages = new Map<number, Reason[]>();
  readonly #settled = new Set<number>(); // groups that stay together, once it is known where
  readonly order: ArrayLike<number>;
  readonly sides: SideState | null;
  #seen = 0;

  constructor(rule: Rule, instance: Instance, { expired, ...options }: HeuristicOptions, out: ReadonlySet<number>) {
    this.#rule = rule;
    this.#instance = instance;
    this.#expired = expired;
    this.#out = out;
    this.#loads = new Float64Array(instance.nodes.copies * instance.width);
    this.#score = rule.score?.(instance, options) ?? (() => 0);
    this.order = rule.order?.(instance, options) ?? Uint32Array.from({ length: instance.tasks }, (_, i) => i);
    this.sides = sideStateOf(instance);
  }

  placed(): Placed {
    return { assignment: assignmentOf(this.#instance, this.#placements), shortages: this.#shortages };
  }

  /** Returns false when it gave up. */
  run(): boolean {
    const instance = this.#instance;
    let glance = PATIENCE;
    for (let turn = 0; turn < this.order.length; turn++) {
      const task = this.order[turn]!;
      const g = instance.rules?.groupOf[task] ?? -1;
      if (this.#out.has(g)) continue;
      if (g >= 0 && instance.rules!.groups[g]!.together && !this.#settled.has(g)) this.#settle(g);
      const { amounts, left } = this.#place(task);
      if (left > dustOf(instance, task)) this.#shortages.set(task, roomReasons(instance, this.#loads, task));
      for (const placement of amounts) this.#placements.push(placement);
      if (this.#seen <= glance) continue;
      if (this.#expired?.() || this.#seen > MOST_CANDIDATES) return false;
      glance = this.#seen + PATIENCE;
    }
    return true;
  }

  /** Places the copies of a task where the rule says, as far as there is room. */
  #place(task: number): { amounts: Iterable<Placement>; left: number } {
    const instance = this.#instance;
    const count = instance.count[task]!;
    const part = this.#rule.spreads ? partOf(count, instance.divisible) : count;
    const amounts = new Map<number, Placement & { amount: number }>(); // node copy → what it got of this task
    let left = count;
    const put = ({ pair, copy }: Choice, most = part): void => {
      const amount = Math.min(left, most, this.#room(task, pair, copy));
      if (amount <= 0) return;
      addLoad(instance, this.#loads, pair, copy, amount);
      this.sides?.add(task, copy, amount);
      const before = amounts.get(copy);
      if (before) before.amount += amount;
      else amounts.set(copy, { task, pair, copy, amount });
      left -= amount;
    };
    const choices = left > dustOf(instance, task) ? this.#candidates(task) : null;
    if (choices && this.#spread(task)) {
      // where one copy goes changes where there is room for the next
      for (let { best } = choices; best && left > dustOf(instance, task); { best } = this.#candidates(task))
        put(best, 1);
    } else if (choices && part === count) {
      // one copy, or a rule that fills node after node: filling one changes no other's score
      if (choices.best) put(choices.best);
      if (choices.best && left > dustOf(instance, task)) {
        const rest = this.#candidates(task, []).all!;
        for (const next of rest.sort(inOrder)) {
          if (left <= dustOf(instance, task)) break;
          put(next);
        }
      }
    } else if (choices) {
      const heap = new Heap(this.#candidates(task, []).all!, (x, y) => inOrder(x, y) < 0);
      for (; heap.least && left > dustOf(instance, task); this.#seen++) {
        const { pair, copy } = heap.least;
        put(heap.least);
        const room = this.#room(task, pair, copy) >= leastRoom(instance, task);
        heap.replaceLeast(
          room ? { pair, copy, score: this.#score({ instance, loads: this.#loads, pair, copy }) } : null,
        );
      }
    }
    return { amounts: amounts.values(), left };
  }

  #spread(task: number): boolean {
    const { rules } = this.#instance;
    return rules !== null && rules.groupOf[task]! >= 0 && rules.groups[rules.groupOf[task]!]!.spread !== null;
  }

  /** Chooses where a group stays together: at the value that takes most of its copies, tried out; ties to the rule's choice. */
  #settle(g: number): void {
    this.#settled.add(g);
    const instance = this.#instance;
    const group = instance.rules!.groups[g]!;
    const members = new Set(group.members);
    const turns = Array.from(this.order).filter((i) => members.has(i));
    let most = -1;
    let least = Number.POSITIVE_INFINITY;
    let chosen = -1;
    for (const value of valuesOf(instance, group)) {
      this.sides!.settle(g, value);
      const tried: Placement[] = [];
      let placed = 0;
      let score = Number.POSITIVE_INFINITY;
      for (const task of turns) {
        if (score === Number.POSITIVE_INFINITY) score = this.#candidates(task).best?.score ?? score;
        const { amounts, left } = this.#place(task);
        tried.push(...amounts);
        placed += instance.count[task]! - left;
      }
      for (const { task, pair, copy, amount } of tried) {
        addLoad(instance, this.#loads, pair, copy, -amount);
        this.sides!.add(task, copy, -amount);
      }
      if (placed < most || (placed === most && score >= least)) continue;
      most = placed;
      least = score;
      chosen = value;
    }
    this.sides!.settle(g, chosen);
  }

  /** How many more copies of a task a node copy takes. */
  #room(task: number, pair: number, copy: number): number {
    const room = roomFor(this.#instance, this.#loads, pair, copy);
    return this.sides && room > 0 ? Math.min(room, this.sides.room(task, copy)) : room;
  }

  /** The choice with room that scores least, ties to the node that comes first, and into `all`, if given, every one. */
  #candidates(task: number, all?: Choice[]): { best: Choice | null; all: Choice[] | undefined } {
    const instance = this.#instance;
    const { pairs, nodes } = instance;
    const needed = leastRoom(instance, task);
    const candidate: Candidate = { instance, loads: this.#loads, pair: -1, copy: -1 };
    let least = Number.POSITIVE_INFINITY;
    let pair = -1;
    let bestCopy = -1;
    for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) {
      const q = pairs.node[p]!;
      const end = nodes.memberStart[q + 1]!;
      candidate.pair = p;
      for (let at = nodes.memberStart[q]!; at < end; at++) {
        const copy = nodes.member[at]!;
        this.#seen++;
        candidate.copy = copy;
        const value = this.#score(candidate);
        if (!all && (value > least || (value === least && copy > bestCopy))) continue; // before the room, which takes longer
        if (this.#room(task, p, copy) < needed) continue;
        all?.push({ pair: p, copy, score: value });
        if (value < least || (value === least && copy < bestCopy)) {
          least = value;
          pair = p;
          bestCopy = copy;
        }
      }
    }
    return { best: pair < 0 ? null : { pair, copy: bestCopy, score: least }, all };
  }
}

const inOrder = (a: Choice, b: Choice): number => a.score - b.score || a.copy - b.copy;

/** Least room that makes a node copy a candidate. */
const leastRoom = (instance: Instance, task: number): number => (instance.divisible ? dustOf(instance, task) : 1);

/** What a rule that spreads places at once: one copy, or a part of many; a share in divisible windows. */
function partOf(count: number, divisible: boolean): number {
  const part = Math.max(1, Math.floor(count / MOST_PARTS));
  return divisible ? Math.min(part, count / SHARES) : part;
}
