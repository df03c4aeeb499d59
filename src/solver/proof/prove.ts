import { type Assignment, scoreOf } from '../../model/assignment.ts';
import type { Instance } from '../../model/instance.ts';
import { Domains } from './domains.ts';
import { fixByKnapsacks, fixByMultipliers } from './fixing.ts';
import { Lagrangian } from './lagrangian.ts';
import { type ProofProblem, proofProblem } from './problem.ts';

export interface ProofOptions {
  readonly start: Assignment;
  readonly duals?: Float64Array | null;
  readonly prices: Float64Array;
  expired(): boolean;
  upper?(): number;
  onImproved(places: Int32Array, cost: number): void;
  onBound(bound: number): void;
}

export const P = {
  rootSteps: 400,
  nodeSteps: 25,
  rootTheta: 1,
  nodeTheta: 0.5,
  shrink: 0.7,
  patience: 10,
  momentum: 0.5,
  kept: 12,
  cut: 3e-4,
  widen: 2.2,
  alpha: 0.1,
  strongEvery: 8,
  log: false,
};

export function prove(
  instance: Omit<Instance, 'window'>,
  options: ProofOptions,
): { bound: number; proven: boolean; nodes: number } {
  return new Proof(instance, options).run();
}

class Proof {
  readonly problem: ProofProblem;
  readonly options: ProofOptions;
  readonly domains: Domains;
  readonly lagrangian: Lagrangian;
  best: number;
  bound = 0;
  nodes = 0;
  steps = 0;
  cut = 0;
  readonly v: Float64Array;
  readonly direction: Float64Array;
  readonly average: Float64Array; // cells
  readonly bestV: Float64Array[] = [];
  kept: { v: Float64Array; value: number }[] = [];
  expired = false;

  constructor(instance: Omit<Instance, 'window'>, options: ProofOptions) {
    this.options = options;
    this.problem = proofProblem(instance, options.start);
    this.best = scoreOf(instance as Instance, options.start).cost;
    this.domains = new Domains(this.problem);
    this.lagrangian = new Lagrangian(this.problem, this.domains, options.prices);
    this.v = this.startDuals();
    this.direction = new Float64Array(this.problem.tasks);
    this.average = new Float64Array(this.domains.cells);
  }

  startDuals(): Float64Array {
    const {
      problem,
      options: { prices, duals },
    } = this;
    const { pairs, width } = problem.instance;
    return Float64Array.from(problem.taskOf, (i) => {
      if (duals) return duals[i]!;
      let best = Number.POSITIVE_INFINITY;
      for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
        let r = pairs.cost[p]!;
        for (let k = 0; k < width; k++)
          r += prices[pairs.node[p]! * width + k]! * pairs.demand[pairs.row[p]! * width + k]!;
        best = Math.min(best, r);
      }
      return best;
    });
  }

  /** The last cost that must be excluded for `best` to be proven. */
  lastCut(): number {
    const { grain } = this.problem;
    return grain > 1e-7 * this.best ? this.best - 0.9 * grain : this.best * (1 - 1e-7);
  }

  look(): void {
    const outside = this.options.upper?.() ?? Number.POSITIVE_INFINITY;
    if (outside < this.best) this.best = outside;
    const last = this.lastCut();
    if (this.cut > last) this.cut = last;
  }

  /** Subgradient steps; 'cut' when bound above cut, 'solved' when exact, 'open' otherwise. v ends at best. */
  descend(v: Float64Array, steps: number, theta: number, root: boolean): 'cut' | 'open' {
    const { lagrangian, problem, domains, direction, average } = this;
    const best = v.slice();
    let bestValue = Number.NEGATIVE_INFINITY;
    let stale = 0;
    direction.fill(0);
    let fresh = true;
    for (let step = 0; step < steps; step++) {
      if (this.options.expired()) {
        this.expired = true;
        break;
      }
      this.steps++;
      const value = lagrangian.evaluate(v);
      const safe = value - lagrangian.rounding;
      let norm = 0;
      let miss = 0;
      for (let i = 0; i < problem.tasks; i++) {
        const g = problem.copies[i]! - lagrangian.cover[i]!;
        if (g !== 0) miss++;
        const dir = (v[i] === 0 && g < 0 ? 0 : g) + P.momentum * direction[i]!;
        direction[i] = dir;
        norm += dir * dir;
      }
      this.look();
      if (!root && safe > this.cut) return 'cut';
      if (miss === 0) {
        this.found();
        if (safe > this.cut) {
          if (!root) return 'cut';
          bestValue = Math.max(bestValue, value);
          best.set(v);
          break;
        }
      }
      const a = fresh ? 1 : P.alpha;
      fresh = false;
      for (let c = 0; c < domains.cells; c++) average[c]! += a * (lagrangian.x[c]! - average[c]!);
      if (value > bestValue) {
        if (value > bestValue + 1e-6 * Math.abs(value)) stale = 0;
        bestValue = value;
        best.set(v);
        if (root) {
          this.keep(v, value);
          this.raise(safe);
        }
      }
      if (++stale > P.patience) {
        theta *= P.shrink;
        stale = 0;
      }
      if (!root) {
        const slack = this.cut - value;
        if (slack < (this.cut - bestValue) * 1.5 + 1e-12) {
          if (!fixByMultipliers(lagrangian, v, this.cut)) return 'cut';
          if (step === steps - 1 || step % P.strongEvery === P.strongEvery - 1) {
            if (!fixByKnapsacks(lagrangian, v, this.cut)) return 'cut';
          }
        }
      } else if (value > bestValue - 0.002 * Math.abs(bestValue) && step % 5 === 0) this.keep(v, value);
      if (norm < 1e-12) break;
      const target = root ? Math.min(this.lastCut(), bestValue * 1.003) : this.cut + 0.3 * (this.cut - bestValue);
      const length = (theta * Math.max(target - value, 1e-9 * Math.abs(value))) / norm;
      for (let i = 0; i < problem.tasks; i++) v[i] = Math.max(0, v[i]! + length * direction[i]!);
    }
    v.set(best);
    this.rootValue = bestValue;
    return 'open';
  }
  rootValue = 0;

  keep(v: Float64Array, value: number): void {
    this.kept.push({ v: v.slice(), value });
    if (this.kept.length > 400) {
      this.kept.sort((a, b) => b.value - a.value);
      this.kept.length = 100;
    }
  }

  /** The last evaluation covers every task: an assignment. */
  found(): void {
    const { problem, domains, lagrangian } = this;
    const { instance } = problem;
    let cost = 0;
    for (let b = 0; b < domains.bins; b++) {
      if (domains.size[b] === 0) continue;
      const q = domains.kind[b]!;
      for (let e = problem.start[q]!; e < problem.start[q + 1]!; e++) {
        const n = lagrangian.x[domains.base[b]! + e - problem.start[q]!]!;
        cost += domains.size[b]! * n * problem.cost[e]!;
      }
    }
    if (cost >= this.best) return;
    const firstUnit = new Int32Array(instance.tasks + 1);
    for (let i = 0; i < instance.tasks; i++) firstUnit[i + 1] = firstUnit[i]! + instance.count[i]!;
    const places = new Int32Array(firstUnit[instance.tasks]!).fill(-1);
    const next = firstUnit.slice();
    for (let q = 0; q < problem.classes; q++) {
      let member = instance.nodes.memberStart[q]!;
      for (let b = domains.firstBin[q]!; b < domains.firstBin[q + 1]!; b++) {
        for (let s = 0; s < domains.size[b]!; s++) {
          const copy = instance.nodes.member[member++]!;
          for (let e = problem.start[q]!; e < problem.start[q + 1]!; e++) {
            const n = lagrangian.x[domains.base[b]! + e - problem.start[q]!]!;
            for (let c = 0; c < n; c++) places[next[problem.taskOf[problem.task[e]!]!]!++] = copy;
          }
        }
      }
    }
    this.best = cost;
    this.options.onImproved(places, cost);
    this.look();
  }

  explore(v: Float64Array, depth: number, steps: number): void {
    this.nodes++;
    const { domains, problem } = this;
    const here = v.slice();
    for (;;) {
      if (this.expired) return;
      const status = this.descend(here, steps, P.nodeTheta, false);
      if (status === 'cut' || this.expired) return;
      // most fractional task
      let bin = -1;
      let cell = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < problem.tasks; i++) {
        if (domains.placed(i)) continue;
        let most = -1;
        let mostBin = -1;
        let mostCell = -1;
        domains.eachCell(i, (b, c) => {
          if (domains.low[c] === domains.high[c]) return;
          const share = this.average[c]! - domains.low[c]!;
          if (share > most) {
            most = share;
            mostBin = b;
            mostCell = c;
          }
        });
        if (mostBin >= 0 && most < least) {
          least = most;
          bin = mostBin;
          cell = mostCell;
        }
      }
      if (bin < 0) {
        // all placed: the evaluation has recorded it
        const value = this.lagrangian.evaluate(here);
        let miss = 0;
        for (let i = 0; i < problem.tasks; i++) if (this.lagrangian.cover[i] !== problem.copies[i]) miss++;
        if (miss > 0) throw new Error('leaf');
        this.found();
        if (value - this.lagrangian.rounding <= this.cut) this.cut = Math.min(this.cut, value);
        return;
      }
      const mark = domains.mark;
      const low = domains.low[cell]! + 1;
      const apart = domains.setApart(bin);
      const cellApart = cell - domains.base[bin]! + domains.base[apart]!;
      if (apart !== bin)
        this.average.copyWithin(
          domains.base[apart]!,
          domains.base[bin]!,
          domains.base[bin]! + problem.start[domains.kind[bin]! + 1]! - problem.start[domains.kind[bin]!]!,
        );
      domains.narrow(apart, cellApart, low, domains.high[cellApart]!);
      if (domains.settle()) this.explore(here, depth + 1, P.nodeSteps);
      domains.undo(mark);
      if (this.expired) return;
      domains.narrow(bin, cell, domains.low[cell]!, low - 1);
      if (!domains.settle()) return;
      steps = P.nodeSteps;
    }
  }

  run(): { bound: number; proven: boolean; nodes: number } {
    const t0 = performance.now();
    if (!this.domains.settle()) throw new Error('start is not feasible');
    this.cut = this.lastCut();
    if (this.best <= 0) return { bound: 0, proven: true, nodes: 0 };
    this.descend(this.v, P.rootSteps, P.rootTheta, true);
    this.raise(this.rootValue - this.lagrangian.rounding);
    const root = this.bound;
    if (P.log)
      console.log(
        `root ${root} best ${this.best} gap ${(100 * (this.best / root - 1)).toFixed(4)}% steps ${this.steps} ${(performance.now() - t0).toFixed(0)}ms kn ${this.lagrangian.knapsack.nodes}`,
      );
    let width = Math.max(P.cut * Math.abs(root), 0.02 * (this.best - root), this.problem.grain * 1.5);
    this.kept.sort((a, b) => b.value - a.value);
    this.kept.length = Math.min(this.kept.length, P.kept);
    while (!this.expired) {
      this.look();
      if (this.bound >= this.lastCut()) break;
      this.cut = Math.min(this.lastCut(), root + width);
      const mark = this.domains.mark;
      let open = true;
      for (const { v } of this.kept) {
        this.lagrangian.evaluate(v);
        if (!fixByMultipliers(this.lagrangian, v, this.cut)) {
          open = false;
          break;
        }
        this.lagrangian.evaluate(v);
        if (!fixByKnapsacks(this.lagrangian, v, this.cut)) {
          open = false;
          break;
        }
      }
      let free = 0;
      if (P.log) for (let c = 0; c < this.domains.cells; c++) if (this.domains.low[c] !== this.domains.high[c]) free++;
      const n0 = this.nodes;
      const s0 = this.steps;
      if (open) this.explore(this.v, 0, 3 * P.nodeSteps);
      this.domains.undo(mark);
      if (!this.expired) this.raise(this.cut);
      if (P.log)
        console.log(
          `  cut ${this.cut.toFixed(3)} free ${free} nodes ${this.nodes - n0} steps ${this.steps - s0} best ${this.best} ${(performance.now() - t0).toFixed(0)}ms kn ${this.lagrangian.knapsack.nodes}`,
        );
      if (this.bound < this.lastCut() && root + width >= this.lastCut()) break; // rounding alone stands between
      width *= P.widen;
    }
    const proven = this.bound >= this.lastCut();
    return { bound: proven ? this.best : this.bound, proven, nodes: this.nodes };
  }

  raise(bound: number): void {
    if (bound > this.bound) {
      this.bound = Math.min(bound, this.best);
      this.options.onBound(this.bound);
    }
  }
}
