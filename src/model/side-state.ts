import type { Instance } from './instance.ts';
import type { ByLabel, GroupRules, SideRules } from './side-rules.ts';

/** Copies of one group: how many in all, on each node copy, and at each value of the labels that its rules speak of. */
interface Tally {
  total: number;
  lows: Lows | null; // of the label that the group is spread over; null: to be found anew
  readonly onNode: Map<number, number>;
  readonly at: ReadonlyMap<ByLabel, Float64Array>;
}

/** A side rule that keeps some of a task off a node copy beside what is placed, and what it would have to be to let it in. */
export interface Barrier {
  readonly code:
    | 'moves'
    | 'group:max-per-node'
    | 'group:max-per'
    | 'group:spread'
    | 'group:together'
    | 'group:apart-from'
    | 'group:gang';
  readonly label?: string; // of max-per, spread and together
  readonly other?: number; // of apart-from: the group that is there
  readonly needed: number; // copies, or moves, that the rule would have to allow; 0 of together and apart-from
}

/** The fewest copies at a value that counts, and the fewest at the others. */
interface Lows {
  readonly value: number;
  readonly fewest: number;
  readonly next: number;
}

/** Below this a share of a copy is none. */
const SLACK = 1e-9;

/** How an assignment stands with the side rules of its instance, kept up to date copy by copy. */
export class SideState {
  readonly #rules: SideRules;
  readonly #classOf: Int32Array;
  readonly #tallies: readonly Tally[];
  readonly #settled: Int32Array; // groups → the value to keep together at; −1: any
  moves = 0;

  constructor({ rules, nodes }: Instance & { readonly rules: SideRules }) {
    this.#rules = rules;
    this.#classOf = nodes.classOf;
    this.#tallies = rules.groups.map((group) => ({ total: 0, lows: null, onNode: new Map(), at: tallied(group) }));
    this.#settled = new Int32Array(rules.groups.length).fill(-1);
  }

  /** Copies of a group placed. */
  placed(group: number): number {
    return this.#tallies[group]!.total;
  }

  /** Keeps a group that stays together at one value of its label; −1: at any. */
  settle(group: number, value: number): void {
    this.#settled[group] = value;
  }

  /** Puts copies of a task on a node copy; a negative amount takes them away. */
  add(task: number, copy: number, amount: number): void {
    const q = this.#classOf[copy]!;
    const { home, groupOf } = this.#rules;
    if (home[task]! >= 0 && home[task] !== q) this.moves += amount;
    if (groupOf[task]! < 0) return;
    const tally = this.#tallies[groupOf[task]!]!;
    tally.total += amount;
    tally.lows = null;
    const here = (tally.onNode.get(copy) ?? 0) + amount;
    if (here > SLACK) tally.onNode.set(copy, here);
    else tally.onNode.delete(copy);
    for (const [label, counts] of tally.at) if (label.of[q]! >= 0) counts[label.of[q]!]! += amount;
  }

  /**
   * How many more copies of a task a node copy takes before its group or the moves break a rule; the spread of the group
   * counts as it stands now, unless `level` is false: copies at other values make room here.
   */
  room(task: number, copy: number, level = true): number {
    const { groups, groupOf, home, maxMoves } = this.#rules;
    const q = this.#classOf[copy]!;
    let room = home[task]! >= 0 && home[task] !== q ? maxMoves - this.moves : Number.POSITIVE_INFINITY;
    if (groupOf[task]! < 0) return Math.max(0, room);
    const group = groups[groupOf[task]!]!;
    const tally = this.#tallies[groupOf[task]!]!;
    room = Math.min(room, group.maxPerNode - (tally.onNode.get(copy) ?? 0));
    for (const { label, count } of group.limits) room = Math.min(room, count - tally.at.get(label)![label.of[q]!]!);
    if (group.together) {
      const value = group.together.of[q]!;
      const settled = this.#settled[groupOf[task]!]!;
      if (settled >= 0 && settled !== value) return 0;
      if (tally.total > SLACK && tally.at.get(group.together)![value]! <= SLACK) return 0;
    }
    for (const other of group.apart) if (this.#tallies[other]!.onNode.has(copy)) return 0;
    if (group.spread && level) {
      const value = group.spread.label.of[q]!;
      const lows = this.#lows(groupOf[task]!);
      const others = value === lows.value ? lows.next : lows.fewest;
      room = Math.min(room, others + group.spread.maxSkew - tally.at.get(group.spread.label)![value]!);
    }
    return Math.max(0, room);
  }

  /** Every side rule that `amount` more of a task on a node copy, and nothing else, would break. */
  barriers(task: number, copy: number, amount: number): Barrier[] {
    const { groups, groupOf, home, maxMoves } = this.#rules;
    const q = this.#classOf[copy]!;
    const found: Barrier[] = [];
    const over = (code: Barrier['code'], needed: number, most: number, label?: string) => {
      if (needed > most + SLACK)
        found.push({ code, ...(label === undefined ? {} : { label }), needed: Math.ceil(needed - SLACK) });
    };
    if (home[task]! >= 0 && home[task] !== q) over('moves', this.moves + amount, maxMoves);
    if (groupOf[task]! < 0) return found;
    const { maxPerNode, limits, spread, together, apart, gang } = groups[groupOf[task]!]!;
    const { total, onNode, at } = this.#tallies[groupOf[task]!]!;
    const here = ({ of }: ByLabel, counts: Float64Array) => (of[q]! < 0 ? Number.NEGATIVE_INFINITY : counts[of[q]!]!);
    over('group:max-per-node', (onNode.get(copy) ?? 0) + amount, maxPerNode);
    for (const { label, count } of limits)
      over('group:max-per', here(label, at.get(label)!) + amount, count, label.label);
    if (spread) {
      const counts = at.get(spread.label)!;
      let fewest = Number.POSITIVE_INFINITY;
      for (let v = 0; v < counts.length; v++)
        if (v !== spread.label.of[q] && spread.reached[v] === 1) fewest = Math.min(fewest, counts[v]!);
      over('group:spread', here(spread.label, counts) + amount - fewest, spread.maxSkew, spread.label.label);
    }
    if (together && total > SLACK && here(together, at.get(together)!) <= SLACK && together.of[q]! >= 0)
      found.push({ code: 'group:together', label: together.label, needed: 0 });
    for (const other of apart)
      if (this.#tallies[other]!.onNode.has(copy)) found.push({ code: 'group:apart-from', other, needed: 0 });
    if (total + amount < gang - SLACK) found.push({ code: 'group:gang', needed: total + amount });
    return found;
  }

  /** Whether a group that is spread may have another copy at a value. */
  mayRise(g: number, value: number): boolean {
    const { label, maxSkew } = this.#rules.groups[g]!.spread!;
    return this.#tallies[g]!.at.get(label)![value]! < this.#lows(g).fewest + maxSkew;
  }

  #lows(g: number): Lows {
    const tally = this.#tallies[g]!;
    const { label, reached } = this.#rules.groups[g]!.spread!;
    tally.lows ??= lowsOf(tally.at.get(label)!, reached);
    return tally.lows;
  }

  /** Whether everything holds: moves and every group. */
  get holds(): boolean {
    return this.movesHold && this.#rules.groups.every((_, g) => this.groupHolds(g));
  }

  get movesHold(): boolean {
    return this.moves <= this.#rules.maxMoves + SLACK;
  }

  /** Whether the rules of a group hold. */
  groupHolds(g: number): boolean {
    const { maxPerNode, limits, together, apart } = this.#rules.groups[g]!;
    const { total, onNode, at } = this.#tallies[g]!;
    if (total <= SLACK) return true;
    for (const [copy, copies] of onNode) {
      if (copies > maxPerNode + SLACK) return false;
      for (const other of apart) if (this.#tallies[other]!.onNode.has(copy)) return false;
    }
    for (const { label, count } of limits) if (at.get(label)!.some((copies) => copies > count + SLACK)) return false;
    if (together && at.get(together)!.filter((copies) => copies > SLACK).length > 1) return false;
    return this.levelHolds(g);
  }

  /** Whether a group has enough of its gang and is level: what placing within {@link room} and taking away may break. */
  levelHolds(g: number): boolean {
    const { spread, gang } = this.#rules.groups[g]!;
    const { total, at } = this.#tallies[g]!;
    if (total <= SLACK) return true;
    if (total < gang - SLACK) return false;
    return spread === null || skewOf(at.get(spread.label)!, spread.reached) <= spread.maxSkew + SLACK;
  }
}

function lowsOf(counts: Float64Array, reached: Uint8Array): Lows {
  let value = -1;
  let fewest = Number.POSITIVE_INFINITY;
  let next = Number.POSITIVE_INFINITY;
  for (let v = 0; v < counts.length; v++) {
    if (reached[v] === 0) continue;
    if (counts[v]! < fewest) {
      next = fewest;
      fewest = counts[v]!;
      value = v;
    } else next = Math.min(next, counts[v]!);
  }
  return { value, fewest, next };
}

/** Most less fewest copies over the values that count. */
function skewOf(counts: Float64Array, reached: Uint8Array): number {
  let most = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (let v = 0; v < counts.length; v++) {
    if (reached[v] === 0) continue;
    most = Math.max(most, counts[v]!);
    fewest = Math.min(fewest, counts[v]!);
  }
  return most - fewest;
}

function tallied({ limits, spread, together }: GroupRules): Map<ByLabel, Float64Array> {
  const labels = [...limits.map(({ label }) => label), spread?.label ?? null, together];
  return new Map(labels.flatMap((label) => (label ? [[label, new Float64Array(label.values.length)]] : [])));
}

/** The state of an assignment; null where there are no side rules. */
export function sideStateOf(
  instance: Instance,
  placements: readonly { readonly task: number; readonly copy: number; readonly amount: number }[] = [],
): SideState | null {
  if (!instance.rules) return null;
  const state = new SideState(instance as Instance & { readonly rules: SideRules });
  for (const { task, copy, amount } of placements) state.add(task, copy, amount);
  return state;
}
