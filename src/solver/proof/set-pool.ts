import type { Pattern } from '../patterns/pattern.ts';
import type { Lagrangian } from './lagrangian.ts';

/** Sets of each kind of bin that wait at most; older ones, found at worse duals, make room. */
const MOST_WAITING = 40;

/** The best sets that evaluations of the root come upon, each once, for its master. */
export class SetPool {
  readonly #lagrangian: Lagrangian;
  readonly #waiting: Map<string, Pattern>[]; // kinds of bin
  readonly #handed = new Set<string>();

  constructor(lagrangian: Lagrangian) {
    this.#lagrangian = lagrangian;
    this.#waiting = Array.from({ length: lagrangian.problem.classes }, () => new Map());
  }

  /** Takes in the best sets of the last evaluation. */
  collect(): void {
    const { problem, domains, x, chosen, chosenCells } = this.#lagrangian;
    for (let b = 0, at = 0; b < domains.bins && at < chosenCells; b++) {
      if (domains.size[b] === 0) continue;
      const q = domains.kind[b]!;
      const toItem = problem.start[q]! - domains.base[b]!; // cells → items
      const from = at;
      while (at < chosenCells && chosen[at]! + toItem < problem.start[q + 1]!) at++;
      if (at === from || q >= problem.classes) continue;
      let key = `${q}`;
      for (let n = from; n < at; n++) key += ` ${chosen[n]}*${x[chosen[n]!]}`;
      if (this.#handed.has(key) || this.#waiting[q]!.has(key)) continue;
      const cells = chosen.slice(from, at);
      const waiting = this.#waiting[q]!;
      waiting.set(key, {
        nodeClass: q,
        task: cells.map((cell) => problem.taskOf[problem.task[cell + toItem]!]!),
        copies: cells.map((cell) => x[cell]!),
        cost: cells.reduce((sum, cell) => sum + x[cell]! * problem.cost[cell + toItem]!, 0),
      });
      if (waiting.size > MOST_WAITING) waiting.delete(waiting.keys().next().value!);
    }
  }

  /** Hands over the sets that wait. */
  drain(): Pattern[] {
    const sets: Pattern[] = [];
    for (const waiting of this.#waiting) {
      for (const [key, set] of waiting) {
        this.#handed.add(key);
        sets.push(set);
      }
      waiting.clear();
    }
    return sets;
  }
}
