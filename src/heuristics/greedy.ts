import { assignmentOf, type Placement } from '../model/assignment.ts';
import type { Instance } from '../model/instance.ts';
import { type Reason, roomReasons } from '../model/reasons.ts';
import { brokenGangs, lastHalf, settleTogether } from './groups.ts';
import type { Heuristic, HeuristicOptions, Placed, Rule } from './heuristic.ts';
import { Pass, type Turn } from './pass.ts';

/** Candidates looked at between two glances at the clock. */
const PATIENCE = 50_000;
/** Candidates after which a rule gives up whatever the clock says: minutes of them. */
const MOST_CANDIDATES = 2e9;

/** Makes the heuristic of a rule. */
export function greedy(rule: Rule): Heuristic {
  return {
    name: rule.name,
    summary: rule.summary,
    source: rule.source ?? null,
    place: (instance, options = {}) => place(rule, instance, options),
  };
}

/**
 * Places by the rule. A gang that could not be placed whole is left out, and all is placed once more: its room may serve
 * others.
 */
function place(rule: Rule, instance: Instance, { expired, ...options }: HeuristicOptions): Placed | null {
  const order = rule.order?.(instance, options) ?? Uint32Array.from({ length: instance.tasks }, (_, i) => i);
  const out = new Set<number>(); // groups
  for (;;) {
    const placing = new Placing(new Pass(rule, instance, options), order, out, expired);
    if (!placing.run()) return null;
    const broken = brokenGangs(placing.pass);
    if (broken.length === 0) return placing.placed();
    for (const g of lastHalf(instance, broken, order)) out.add(g);
  }
}

/** One pass over the tasks in their order. */
class Placing {
  readonly pass: Pass;
  readonly #order: ArrayLike<number>;
  readonly #out: ReadonlySet<number>;
  readonly #expired: HeuristicOptions['expired'];
  readonly #placements: Placement[] = [];
  readonly #shortages = new Map<number, Reason[]>();
  #heldBack: Turn[] = []; // of groups in which copies of others may make room for theirs
  #glance = PATIENCE;

  constructor(pass: Pass, order: ArrayLike<number>, out: ReadonlySet<number>, expired: HeuristicOptions['expired']) {
    this.pass = pass;
    this.#order = order;
    this.#out = out;
    this.#expired = expired;
  }

  placed(): Placed {
    return { assignment: assignmentOf(this.pass.instance, this.#placements), shortages: this.#shortages };
  }

  /** Returns false when it gave up. */
  run(): boolean {
    const { pass } = this;
    const { rules } = pass.instance;
    for (let at = 0; at < this.#order.length; at++) {
      const turn = pass.turnOf(this.#order[at]!);
      const g = rules?.groupOf[turn.task] ?? -1;
      if (this.#out.has(g)) continue;
      const group = g < 0 ? null : rules!.groups[g]!;
      if (group?.together && !pass.isSettled(g)) settleTogether(pass, g, this.#order);
      pass.place(turn);
      if ((group?.spread || group?.together) && pass.isOpen(turn)) this.#heldBack.push(turn);
      else this.#close(turn);
      if (this.#givesUp()) return false;
    }
    return this.#again();
  }

  /** Goes over those held back until none of them gets any more: values level by then, or another place to be together. */
  #again(): boolean {
    const { pass } = this;
    const { rules } = pass.instance;
    for (let placed = true; placed; ) {
      placed = false;
      for (const turn of this.#heldBack) {
        const { left, task } = turn;
        const g = rules!.groupOf[task]!;
        if (rules!.groups[g]!.together && pass.sides!.placed(g) === 0) settleTogether(pass, g, this.#order);
        pass.place(turn);
        placed ||= turn.left < left;
        if (this.#givesUp()) return false;
      }
      for (const turn of this.#heldBack) if (!pass.isOpen(turn)) this.#close(turn);
      this.#heldBack = this.#heldBack.filter((turn) => pass.isOpen(turn));
    }
    for (const turn of this.#heldBack) this.#close(turn);
    return true;
  }

  #close(turn: Turn): void {
    const { pass } = this;
    if (pass.isOpen(turn)) this.#shortages.set(turn.task, roomReasons(pass.instance, pass.loads, turn.task));
    for (const placement of turn.amounts.values()) this.#placements.push(placement);
  }

  #givesUp(): boolean {
    const { seen } = this.pass;
    if (seen <= this.#glance) return false;
    this.#glance = seen + PATIENCE;
    return (this.#expired?.() ?? false) || seen > MOST_CANDIDATES;
  }
}
