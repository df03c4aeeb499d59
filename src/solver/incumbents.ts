import { type Assignment, compareScores, type Score, scoreOf } from '../model/assignment.ts';
import { type Components, crossed } from '../model/components.ts';
import type { Instance } from '../model/instance.ts';

/** A feasible assignment, what it is worth and who made it: lp:ENGINE, ilp:ENGINE, search or heuristic:NAME. */
export interface Incumbent {
  readonly assignment: Assignment;
  readonly score: Score;
  readonly method: string;
}

/** Assignments kept: the best, and others for the case that its verification fails. */
const KEPT = 3;

/** The best assignments known so far, best first. */
export class Incumbents {
  readonly #instance: Instance;
  readonly #kept: Incumbent[] = [];

  /** Of independent components each is kept as in the best assignment of it; null: there is one. */
  readonly #components: Components | null;

  constructor(instance: Instance, components: Components | null = null) {
    this.#instance = instance;
    this.#components = components;
  }

  /** Takes in an assignment and returns its score; of two equally good ones a later one that no heuristic made is preferred. */
  offer(assignment: Assignment, method: string): Score {
    const best = this.#kept[0];
    const score = this.#insert(assignment, method);
    if (!this.#components || !best) return score;
    const cross = crossed(this.#instance, this.#components, best.assignment, assignment);
    if (cross) this.#insert(cross, method.startsWith('heuristic:') ? best.method : method);
    return score;
  }

  #insert(assignment: Assignment, method: string): Score {
    const score = scoreOf(this.#instance, assignment);
    const slack = 1e-9 * Math.abs(score.cost);
    const at = this.#kept.findIndex(
      (kept) =>
        compareScores(score, { ...kept.score, cost: kept.score.cost + (method.startsWith('heuristic:') ? 0 : slack) }) <
        0,
    );
    this.#kept.splice(at < 0 ? this.#kept.length : at, 0, { assignment, score, method });
    this.#kept.length = Math.min(this.#kept.length, KEPT);
    return score;
  }

  /** Gives up the best, which failed verification. */
  discardBest(): void {
    this.#kept.shift();
  }

  /** Best first; empty before the first heuristic. */
  get ranked(): readonly Incumbent[] {
    return this.#kept;
  }

  /** The best. Throws when there is none yet: every pipeline begins with a heuristic that can not fail. */
  get best(): Incumbent {
    const best = this.#kept[0];
    if (!best) throw new Error('no incumbent yet');
    return best;
  }
}
