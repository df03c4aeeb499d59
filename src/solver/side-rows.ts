import { type Instance, pairOn } from '../model/instance.ts';
import type { LinearProgramBuilder } from '../model/linear-program.ts';

/** Columns up to which opening is linked to each of them, not only to the capacities: a tighter relaxation of more rows. */
const MOST_LINKED = 4000;

/** Share of a node below which a copy is linked to its opening in any case: by so little of a node, engines might take it for closed. */
const LEAST_SHARE = 1e-4;

/** A column of its own of a rule or a node, and what it is worth where an assignment holds these copies. */
interface Switch {
  readonly column: number;
  readonly value: (held: Held) => number;
}

/** Sums that switches are read from: copies by row. */
type Held = (row: number) => number;

/**
 * The rows and columns that side rules and opening costs add to a program over node copies. {@link entries} is asked for
 * each column of a pair while it is made, {@link close} adds the rest when all of them are there.
 */
export class SideRows {
  readonly #instance: Instance;
  readonly #builder: LinearProgramBuilder;
  readonly #rows = new Map<string, number>();
  readonly #opened = new Map<number, number[]>(); // node copies → rows that its opening makes room in
  readonly #linked: boolean;
  readonly #tightened: number;
  readonly #costScale: number; // 0: opening is free
  readonly #switches: Switch[] = [];
  readonly #summed = new Map<number, [number, number][]>(); // columns of pairs → their rows and factors here, and −1 − node copy

  constructor(instance: Instance, builder: LinearProgramBuilder, costScale: number, columns: number, tighten: number) {
    this.#instance = instance;
    this.#builder = builder;
    this.#costScale = costScale;
    this.#linked = columns <= MOST_LINKED;
    this.#tightened = 1 - tighten;
  }

  /** Whether a node copy costs something to open in this program. */
  opens(copy: number): boolean {
    const { opening, nodes } = this.#instance;
    return this.#costScale > 0 && opening !== null && opening[nodes.classOf[copy]!]! > 0;
  }

  /** Makes a capacity row one that is 0 until the node copy is open. */
  openRow(copy: number): number {
    const row = this.#builder.row(Number.NEGATIVE_INFINITY, 0);
    this.#opens(copy, row, this.#tightened);
    return row;
  }

  readonly #factor = new Map<number, number>(); // rows of #opened → capacity that opening makes

  #opens(copy: number, row: number, factor: number): void {
    this.#opened.set(copy, [...(this.#opened.get(copy) ?? []), row]);
    this.#factor.set(row, factor);
  }

  /** Rows and factors of the column of a task's pair on a node copy, of which it takes at most `most`; a copy takes that share of the node. */
  entries(column: number, task: number, pair: number, copy: number, most: number, share: number): [number, number][] {
    const { rules, pairs } = this.#instance;
    const q = pairs.node[pair]!;
    const found: [number, number][] = [];
    const at = (row: number, factor = 1) => found.push([row, factor]);
    if (this.opens(copy) && (this.#linked || share < LEAST_SHARE)) {
      const row = this.#builder.row(Number.NEGATIVE_INFINITY, 0);
      this.#opens(copy, row, most);
      at(row);
    }
    if (rules && rules.home[task]! >= 0 && rules.home[task] !== q && rules.maxMoves < Number.POSITIVE_INFINITY)
      at(this.#row('moves', Number.NEGATIVE_INFINITY, rules.maxMoves));
    const g = rules?.groupOf[task] ?? -1;
    if (g >= 0) {
      const { maxPerNode, limits, spread, together, apart, gang, copies } = rules!.groups[g]!;
      const less = (key: string, limit: number) => at(this.#row(`${g} ${key}`, Number.NEGATIVE_INFINITY, limit));
      if (maxPerNode < Number.POSITIVE_INFINITY) less(`node ${copy}`, maxPerNode);
      limits.forEach(({ label, count }, l) => {
        less(`limit ${l} ${label.of[q]}`, count);
      });
      if (spread) {
        less(`most ${spread.label.of[q]}`, 0);
        at(this.#row(`${g} fewest ${spread.label.of[q]}`, 0, Number.POSITIVE_INFINITY));
      }
      if (together) less(`at ${together.of[q]} ${task}`, 0);
      if (apart.length > 0) less(`on ${copy}`, 0);
      if (gang > 1 && gang >= copies) at(this.#row(`${g} whole ${task}`, 0, 0));
      else if (gang > 1) {
        less('gang', 0);
        at(this.#row(`${g} enough`, 0, Number.POSITIVE_INFINITY));
      }
    }
    const summed: [number, number][] = this.opens(copy) ? [...found, [-1 - copy, 1]] : found;
    if (summed.length > 0) this.#summed.set(column, summed);
    return found;
  }

  #row(key: string, lower: number, upper: number): number {
    const known = this.#rows.get(key) ?? this.#builder.row(lower, upper);
    this.#rows.set(key, known);
    return known;
  }

  /** Adds the columns of nodes and groups. */
  close(): void {
    const { opening, nodes, rules } = this.#instance;
    for (const [copy, rows] of this.#opened) {
      this.#switch(
        this.#costScale * opening![nodes.classOf[copy]!]!,
        rows.map((row) => [row, -this.#factor.get(row)!]),
        (held) => (held(-1 - copy) > 0 ? 1 : 0),
      );
    }
    rules?.groups.forEach((_, g) => {
      this.#closeGroup(g);
    });
  }

  #closeGroup(g: number): void {
    const { rules, count } = this.#instance;
    const { members, copies, spread, together, apart, gang } = rules!.groups[g]!;
    const known = (key: string) => this.#rows.get(`${g} ${key}`);
    const some = (rows: readonly number[]) => (held: Held) => (rows.some((row) => held(row) > 0) ? 1 : 0);
    if (spread) {
      const values = [...spread.reached.keys()].filter((v) => spread.reached[v] === 1);
      const most = values.map((v) => this.#row(`${g} most ${v}`, Number.NEGATIVE_INFINITY, 0));
      const fewest = values.map((v) => this.#row(`${g} fewest ${v}`, 0, Number.POSITIVE_INFINITY));
      const skew = this.#builder.row(Number.NEGATIVE_INFINITY, spread.maxSkew);
      const level = (rows: number[], sign: number, of: (values: number[]) => number) => {
        const column = this.#builder.column(0, 0, copies);
        for (const row of rows) this.#builder.entry(row, -1);
        this.#builder.entry(skew, sign);
        this.#switches.push({ column, value: (held) => of(rows.map(held)) });
      };
      level(most, 1, (all) => Math.max(0, ...all));
      level(fewest, -1, (all) => Math.min(copies, ...all));
    }
    if (together) {
      const one = this.#builder.row(Number.NEGATIVE_INFINITY, 1);
      for (const v of together.values.keys()) {
        const rows = Array.from(members, (i) => [known(`at ${v} ${i}`), -count[i]!] as const);
        const here = rows.filter((entry): entry is [number, number] => entry[0] !== undefined);
        if (here.length > 0) this.#switch(0, [...here, [one, 1]], some(here.map(([row]) => row)));
      }
    }
    if (apart.length > 0) {
      for (let copy = 0; copy < this.#instance.nodes.copies; copy++) {
        const row = known(`on ${copy}`);
        if (row === undefined) continue;
        const entries: [number, number][] = [[row, -this.#mostOn(g, copy)]];
        for (const other of apart)
          if (this.#rows.has(`${other} on ${copy}`))
            entries.push([
              this.#row(`apart ${Math.min(g, other)} ${Math.max(g, other)} ${copy}`, Number.NEGATIVE_INFINITY, 1),
              1,
            ]);
        this.#switch(0, entries, some([row]));
      }
    }
    if (gang > 1 && gang >= copies) {
      const rows = Array.from(members, (i) => [this.#row(`${g} whole ${i}`, 0, 0), -count[i]!] as [number, number]);
      this.#switch(0, rows, some(rows.map(([row]) => row)));
    } else if (gang > 1 && known('gang') !== undefined)
      this.#switch(
        0,
        [
          [known('gang')!, -copies],
          [known('enough')!, -gang],
        ],
        some([known('gang')!]),
      );
  }

  /** Most copies of a group that fit a node copy together, by any one resource: the smallest demands first. */
  #mostOn(g: number, copy: number): number {
    const { rules, pairs, nodes, count, width, limit } = this.#instance;
    const { members, copies, maxPerNode } = rules!.groups[g]!;
    const q = nodes.classOf[copy]!;
    const here = Array.from(members, (i) => [i, pairOn(pairs, i, q)] as const).filter(([, p]) => p >= 0);
    let most = Math.min(copies, maxPerNode);
    for (let k = 0; k < width; k++) {
      const demand = (p: number) => pairs.demand[pairs.row[p]! * width + k]!;
      let room = limit[q * width + k]!;
      let fits = 0;
      for (const [i, p] of here.toSorted(([, a], [, b]) => demand(a) - demand(b))) {
        const some = demand(p) > 0 ? Math.min(count[i]!, Math.floor(room / demand(p))) : count[i]!;
        fits += some;
        room -= some * demand(p);
        if (some < count[i]!) break;
      }
      most = Math.min(most, fits);
    }
    return most;
  }

  /** Adds a column that is 0 or 1. */
  #switch(cost: number, entries: readonly (readonly [number, number])[], value: (held: Held) => number): void {
    const column = this.#builder.column(cost, 0, 1, true);
    for (const [row, factor] of entries) this.#builder.entry(row, factor);
    this.#switches.push({ column, value });
  }

  /** Sets the columns added here as the columns of pairs in `x` say. */
  point(x: Float64Array): void {
    const sums = new Map<number, number>();
    for (const [column, rows] of this.#summed)
      if (x[column]! > 0) for (const [row, factor] of rows) sums.set(row, (sums.get(row) ?? 0) + factor * x[column]!);
    for (const { column, value } of this.#switches) x[column] = value((row) => sums.get(row) ?? 0);
  }
}
