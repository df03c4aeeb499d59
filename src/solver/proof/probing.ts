import { losses, probe } from './column-losses.ts';
import type { Lagrangian } from './lagrangian.ts';

/**
 * Looks one task ahead: a task goes into one bin, so the others must do without it, and what both cost at `v` (just
 * evaluated) adds up. Rules out what passes the cut-off by that: items of bins, and single sets of listed bins.
 */
export class Probing {
  readonly #lagrangian: Lagrangian;
  readonly #inside: Float64Array; // cells → what it costs to have the task in
  readonly #outside: Float64Array; // cells → what it costs not to
  readonly #force: Float64Array; // cells → what it costs elsewhere to have the task in
  readonly #lack: Float64Array; // cells → what it costs elsewhere not to
  readonly #total: Float64Array; // tasks → what it costs to have it nowhere; Infinity where that is not known
  readonly #least: Float64Array; // tasks → what its best place adds to the bound
  readonly #second: Float64Array; // … its second best place
  readonly #cheapest: Int32Array; // tasks → cell of the best

  constructor(lagrangian: Lagrangian) {
    const { domains, problem } = lagrangian;
    this.#lagrangian = lagrangian;
    this.#inside = new Float64Array(domains.cells);
    this.#outside = new Float64Array(domains.cells);
    this.#force = new Float64Array(domains.cells);
    this.#lack = new Float64Array(domains.cells);
    this.#total = new Float64Array(problem.tasks);
    this.#least = new Float64Array(problem.tasks);
    this.#second = new Float64Array(problem.tasks);
    this.#cheapest = new Int32Array(problem.tasks);
  }

  /** Returns whether anything may be left below `cut`. */
  narrow(v: Float64Array, cut: number): boolean {
    const { domains, problem, gain, columns, value, rounding } = this.#lagrangian;
    const slack = cut - value + rounding;
    if (slack < 0) return false;
    for (let b = 0; b < domains.bins; b++) if (domains.size[b]! > 0) this.#lose(b, v);
    if (!this.#weigh(slack)) return false;
    for (let b = 0; b < domains.bins; b++) {
      if (domains.size[b] === 0 || domains.kind[b]! >= problem.classes || !columns.listed(b)) continue;
      const base = domains.base[b]!;
      if (!columns.sift(b, (list) => probe(list, gain[b]!, slack, base, this.#force, this.#lack))) return false;
      columns.conclude(b);
    }
    return domains.settle();
  }

  /** What the items of a bin cost inside and outside. */
  #lose(b: number, v: Float64Array): void {
    const { domains, problem, x, gain, limit, multipliers, columns } = this.#lagrangian;
    const { start, task, cost, weight, width } = problem;
    const q = domains.kind[b]!;
    const base = domains.base[b]!;
    const first = start[q]!;
    const many = start[q + 1]! - first;
    if (q < problem.classes && columns.listed(b)) {
      this.#inside.fill(Number.POSITIVE_INFINITY, base, base + many);
      this.#outside.fill(0, base, base + many);
      losses(columns.of(b), gain[b]!, base, this.#inside, this.#outside);
      return;
    }
    const loose = limit[b]! - gain[b]!;
    for (let n = 0; n < many; n++) {
      const has = x[base + n]! > 0;
      this.#inside[base + n] = this.#outside[base + n] = 0;
      if (domains.low[base + n] === domains.high[base + n]) continue;
      let reduced = 0;
      if (q < problem.classes) {
        reduced = v[task[first + n]!]! - cost[first + n]!;
        for (let k = 0; k < width; k++) reduced -= multipliers[b * width + k]! * weight[(first + n) * width + k]!;
      }
      if (has) this.#outside[base + n] = Math.max(0, reduced - loose);
      else this.#inside[base + n] = Math.max(0, -reduced - loose);
    }
  }

  /** Adds up what each place of a task costs; narrows those that cost too much. Returns whether each task has one left. */
  #weigh(slack: number): boolean {
    const { domains, problem } = this.#lagrangian;
    const [inside, outside, force, lack] = [this.#inside, this.#outside, this.#force, this.#lack];
    const [total, least, second, cheapest] = [this.#total, this.#least, this.#second, this.#cheapest];
    // to be in no bin
    for (let i = 0; i < problem.tasks; i++) total[i] = problem.copies[i] === 1 ? 0 : Number.POSITIVE_INFINITY;
    this.#eachCell((i, cell, b) => {
      total[i]! += domains.size[b]! * outside[cell]!;
    });
    least.fill(Number.POSITIVE_INFINITY);
    second.fill(Number.POSITIVE_INFINITY);
    this.#eachCell((i, cell) => {
      force[cell] = lack[cell] = 0;
      if (domains.high[cell] === 0 || total[i] === Number.POSITIVE_INFINITY) return;
      force[cell] = total[i]! - outside[cell]!;
      const sum = force[cell]! + inside[cell]!;
      if (sum < least[i]!) {
        second[i] = least[i]!;
        least[i] = sum;
        cheapest[i] = cell;
      } else if (sum < second[i]!) second[i] = sum;
    });
    for (let i = 0; i < problem.tasks; i++) if (least[i]! > slack && total[i]! < Number.POSITIVE_INFINITY) return false;
    this.#eachCell((i, cell, b) => {
      if (domains.low[cell] === domains.high[cell] || total[i] === Number.POSITIVE_INFINITY) return;
      if (force[cell]! + inside[cell]! > slack) domains.narrow(b, cell, domains.low[cell]!, 0);
      // elsewhere, when this bin is without it
      if (domains.size[b] === 1)
        lack[cell] = Math.max(0, (cell === cheapest[i] ? second[i]! : least[i]!) - outside[cell]!);
    });
    return true;
  }

  #eachCell(visit: (task: number, cell: number, bin: number) => void): void {
    const { domains, problem } = this.#lagrangian;
    for (let b = 0; b < domains.bins; b++) {
      if (domains.size[b] === 0) continue;
      const first = problem.start[domains.kind[b]!]!;
      const end = problem.start[domains.kind[b]! + 1]!;
      for (let e = first, cell = domains.base[b]!; e < end; e++, cell++) visit(problem.task[e]!, cell, b);
    }
  }
}
