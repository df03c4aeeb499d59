import { dustOf, type Placement } from '../model/assignment.ts';
import { type Instance, pairOn } from '../model/instance.ts';
import { addLoad, type Loads, roomFor } from '../model/loads.ts';
import { type SideState, sideStateOf } from '../model/side-state.ts';
import { Heap } from './heap.ts';
import type { Candidate, HeuristicOptions, Rule } from './heuristic.ts';
import { placeLevel } from './level.ts';

/** Parts into which a rule that spreads cuts a divisible entry of one copy, and the most parts of any entry. */
const SHARES = 8;
const MOST_PARTS = 500;

/** One choice of the rule: so much room on a node copy for a pair's task. */
export interface Choice {
  readonly pair: number;
  readonly copy: number;
  readonly score: number;
}

/** A task's turn: what it got so far, by node copy, and the copies that are left. */
export interface Turn {
  readonly task: number;
  readonly amounts: Map<number, Placement & { amount: number }>;
  left: number;
}

/** One pass of a rule over the tasks: what stands where by now, and how the next task is placed. */
export class Pass {
  readonly rule: Rule;
  readonly instance: Instance;
  readonly sides: SideState | null;
  readonly #loads: Loads;
  readonly #score: (candidate: Candidate) => number;
  readonly #settled = new Map<number, readonly number[]>(); // groups that stay together → classes of nodes where
  seen = 0; // candidates looked at

  constructor(rule: Rule, instance: Instance, options: HeuristicOptions) {
    this.rule = rule;
    this.instance = instance;
    this.#loads = new Float64Array(instance.nodes.copies * instance.width);
    this.#score = rule.score?.(instance, options) ?? (() => 0);
    this.sides = sideStateOf(instance);
  }

  get loads(): Loads {
    return this.#loads;
  }

  /** The turn of a task of which nothing is placed. */
  turnOf(task: number): Turn {
    return { task, amounts: new Map(), left: this.instance.count[task]! };
  }

  /** Keeps a group together at one value of its label. */
  settle(g: number, value: number): void {
    this.sides!.settle(g, value);
    this.#settled.set(g, value < 0 ? [] : this.instance.rules!.groups[g]!.together!.classes[value]!);
  }

  isSettled(g: number): boolean {
    return this.#settled.has(g);
  }

  /** Whether a task has copies left to place. */
  isOpen({ task, left }: Turn): boolean {
    return left > dustOf(this.instance, task);
  }

  /** Most copies placed at once by a rule for which one copy changes where the next goes. */
  partOf(task: number): number {
    const count = this.instance.count[task]!;
    const part = Math.max(1, Math.floor(count / MOST_PARTS));
    return this.instance.divisible ? Math.min(part, count / SHARES) : part;
  }

  /** Places the copies of a task where the rule says, as far as there is room. */
  place(turn: Turn): void {
    const { task } = turn;
    if (!this.isOpen(turn)) return;
    const g = this.instance.rules?.groupOf[task] ?? -1;
    const spread = g < 0 ? null : this.instance.rules!.groups[g]!.spread;
    if (spread && turn.left > 1) placeLevel(this, turn, g, spread);
    else if (spread || !this.rule.spreads || this.partOf(task) === this.instance.count[task]) this.#fill(turn);
    else this.#share(turn);
  }

  /** One copy, or a rule that fills node after node: filling one changes no other's score. */
  #fill(turn: Turn): void {
    const first = this.best(turn.task);
    if (first) this.put(turn, first);
    if (!first || !this.isOpen(turn)) return;
    for (const next of this.all(turn.task).sort(inOrder)) {
      if (!this.isOpen(turn)) return;
      this.put(turn, next);
    }
  }

  /** Part after part, each to the node that is best by then. */
  #share(turn: Turn): void {
    const heap = new Heap(this.all(turn.task), (x, y) => inOrder(x, y) < 0);
    for (; heap.least && this.isOpen(turn); this.seen++) {
      this.put(turn, heap.least, this.partOf(turn.task));
      heap.replaceLeast(this.rescored(turn.task, heap.least));
    }
  }

  /** Places at most so many copies at a choice, as many as there is room for; returns how many. */
  put(turn: Turn, { pair, copy }: Choice, most = Number.POSITIVE_INFINITY, level = true): number {
    const { task, amounts } = turn;
    const amount = Math.min(turn.left, most, this.#room(task, pair, copy, level));
    if (amount <= 0) return 0;
    addLoad(this.instance, this.#loads, pair, copy, amount);
    this.sides?.add(task, copy, amount);
    const before = amounts.get(copy);
    if (before) before.amount += amount;
    else amounts.set(copy, { task, pair, copy, amount });
    turn.left -= amount;
    return amount;
  }

  /** Takes copies back from where a turn placed them. */
  takeBack(turn: Turn, copy: number, amount: number): void {
    const placed = turn.amounts.get(copy)!;
    addLoad(this.instance, this.#loads, placed.pair, copy, -amount);
    this.sides?.add(turn.task, copy, -amount);
    placed.amount -= amount;
    if (placed.amount <= 0) turn.amounts.delete(copy);
    turn.left += amount;
  }

  /** A choice with what it scores by now; null without room. The spread of groups is left out of account. */
  rescored(task: number, { pair, copy }: Choice): Choice | null {
    if (this.#room(task, pair, copy, false) < this.#leastRoom(task)) return null;
    return { pair, copy, score: this.#score({ instance: this.instance, loads: this.#loads, pair, copy }) };
  }

  /** The choice with room that scores least, ties to the node that comes first. */
  best(task: number): Choice | null {
    let pair = -1;
    let bestCopy = -1;
    let least = Number.POSITIVE_INFINITY;
    this.#visit(task, (p, copy, score) => {
      // before the room, which takes longer
      if (score > least || (score === least && copy > bestCopy)) return;
      if (this.#room(task, p, copy, true) < this.#leastRoom(task)) return;
      least = score;
      pair = p;
      bestCopy = copy;
    });
    return pair < 0 ? null : { pair, copy: bestCopy, score: least };
  }

  /** Every choice with room, the spread of groups left out of account. */
  all(task: number): Choice[] {
    const found: Choice[] = [];
    this.#visit(task, (pair, copy, score) => {
      if (this.#room(task, pair, copy, false) >= this.#leastRoom(task)) found.push({ pair, copy, score });
    });
    return found;
  }

  /** Scores every node copy on which a task may run; of a settled group those of its value. */
  #visit(task: number, visit: (pair: number, copy: number, score: number) => void): void {
    const { pairs, rules } = this.instance;
    const candidate: Candidate = { instance: this.instance, loads: this.#loads, pair: -1, copy: -1 };
    const classes = rules && this.#settled.get(rules.groupOf[task]!);
    if (!classes)
      for (let p = pairs.start[task]!; p < pairs.start[task + 1]!; p++) this.#visitPair(p, candidate, visit);
    else
      for (const q of classes) {
        const p = pairOn(pairs, task, q);
        if (p >= 0) this.#visitPair(p, candidate, visit);
      }
  }

  #visitPair(p: number, candidate: Candidate, visit: (pair: number, copy: number, score: number) => void): void {
    const { pairs, nodes } = this.instance;
    const q = pairs.node[p]!;
    const end = nodes.memberStart[q + 1]!;
    candidate.pair = p;
    for (let at = nodes.memberStart[q]!; at < end; at++) {
      this.seen++;
      candidate.copy = nodes.member[at]!;
      visit(p, candidate.copy, this.#score(candidate));
    }
  }

  /** How many more copies of a task a node copy takes. */
  #room(task: number, pair: number, copy: number, level: boolean): number {
    const room = roomFor(this.instance, this.#loads, pair, copy);
    return this.sides && room > 0 ? Math.min(room, this.sides.room(task, copy, level)) : room;
  }

  /** Least room that makes a node copy a candidate. */
  #leastRoom(task: number): number {
    return this.instance.divisible ? dustOf(this.instance, task) : 1;
  }
}

/** Of choices the one with the least score first, ties in the order of the nodes. */
export const inOrder = (a: Choice, b: Choice): number => a.score - b.score || a.copy - b.copy;
