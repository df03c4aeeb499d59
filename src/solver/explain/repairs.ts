import type { Answer, Repair } from '../../model/answer.ts';
import type { NodeCopy } from '../../model/rules.ts';
import { type Breach, type PlanLine, type Verdict, verify } from '../../model/verifier.ts';
import type { Window } from '../../model/window.ts';
import type { Beside } from './beside.ts';
import type { Resolve } from './confirm.ts';
import { type Fix, Fixes, listed } from './fixes.ts';
import { patched, remove, set } from './patch.ts';
import { type Preemption, preemptions, shifts } from './trades.ts';

/** Kinds from what costs others nothing to what takes a place from them. */
const KINDS: readonly Repair['kind'][] = [
  'place',
  'move',
  'max-moves',
  'capacity',
  'tolerates',
  'requires',
  'drain',
  'unpin',
  'group',
  'preempt',
  'combined',
];
/** Repairs told of one task, at most; nodes with the same fixes, and trades of one kind, that are tried. */
const MOST_REPAIRS = 8;
const MOST_TRIED = 3;

/** Fixes that together let a task onto a node. */
interface Way {
  readonly fixes: readonly Fix[];
  readonly copy: number;
  readonly cost: number;
}

/** A repair of which it is not known yet whether it stands. */
type Proposal = Omit<Repair, 'confirmed'>;

/**
 * What would let one more copy of a task in beside an answer (in a divisible window: what is left of one), each repair
 * checked by the verifier in the window that it makes: the plan with the copy in it keeps every rule. Where that window can
 * be solved again in time, the repair is dropped when its optimum gives the place to another task, and confirmed when not.
 */
export class Repairs {
  readonly #beside: Beside;
  readonly #fixes: Fixes;
  readonly #window: Window; // that allows unplaced copies
  readonly #lines: Answer['assignments'];
  readonly #unplaced: ReadonlyMap<string, number>;
  readonly #resolve: Resolve;
  /** Plans verified so far. */
  verified = 0;

  constructor(beside: Beside, { assignments, unplaced }: Answer, resolve: Resolve) {
    this.#resolve = resolve;
    this.#beside = beside;
    this.#fixes = new Fixes(beside);
    this.#window = { ...beside.instance.window, unplaced: 'allow' };
    this.#lines = assignments;
    this.#unplaced = new Map(unplaced.map(({ task, copies }) => [task, copies]));
  }

  /** The repairs of task i, cheapest first. `movable`: whether moving others could be of use. */
  async of(i: number, movable: boolean): Promise<Repair[]> {
    const { divisible } = this.#beside.instance;
    const found = await this.#byFixes(i);
    if (!divisible && found[0]?.kind !== 'place') {
      found.push(...(await this.#byPreemption(i)));
      if (movable) found.push(...(await this.#byMoves(i)));
    }
    return found.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)).slice(0, MOST_REPAIRS);
  }

  /** Of the ways that need the same fixes the cheapest, and none that needs all of another's and more. */
  async #byFixes(i: number): Promise<Repair[]> {
    const amount = this.#amount(i);
    const best = new Map<string, Way[]>(); // fixes → the cheapest nodes with them
    const keep = (fixes: readonly Fix[], copy: number) => {
      const way = { fixes, copy, cost: fixes.reduce((sum, fix) => sum + fix.cost, 0) };
      const key = fixes.map(({ what }) => what).join('\n');
      const known = best.get(key) ?? [];
      best.set(key, known);
      if (known.length === MOST_TRIED && cheaper(known.at(-1)!, way) < 0) return;
      known.push(way);
      known.sort(cheaper);
      known.length = Math.min(known.length, MOST_TRIED);
    };
    const { nodes } = this.#beside.instance;
    for (let q = 0; q < nodes.classes; q++) {
      const shared = this.#fixes.ofRules(i, nodes.representative[q]!);
      if (!shared) continue;
      for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]!; at++) {
        const copy = nodes.member[at]!;
        const node = this.#node(copy);
        const rules = shared.length > 0 ? this.#fixes.ofRules(i, node)! : shared; // of its own entry
        const fixes = [...this.#fixes.ofAnswer(i, node, amount), ...rules];
        keep(fixes, copy);
        const others = fixes.filter(({ kind }) => kind !== 'group');
        if (others.length < fixes.length) keep([...others, this.#fixes.leaving(i)], copy);
      }
    }
    const fewest = (a: Way, b: Way) => a.fixes.length - b.fixes.length || rank(a) - rank(b) || cheaper(a, b);
    const ways = [...best.values()].flat().sort(fewest);
    const taken: Way[] = [];
    const repairs: Repair[] = [];
    for (const way of ways) {
      if (repairs.length === MOST_REPAIRS) break;
      if (taken.some((less) => less.fixes.every(({ what }) => way.fixes.some((fix) => fix.what === what)))) continue;
      const repair = await this.#standing(i, this.#made(i, way, amount), amount);
      if (!repair) continue;
      taken.push(way);
      repairs.push(repair);
    }
    return repairs;
  }

  #made(i: number, { fixes, copy }: Way, copies: number): Proposal {
    const to = this.#beside.nameOf(copy);
    const [only, ...others] = fixes;
    return {
      kind: !only ? 'place' : others.length > 0 ? 'combined' : only.kind,
      detail: only ? listed(fixes.map(({ detail }) => detail)) : `place it on ${to}: there is room`,
      patch: fixes.flatMap(({ patch }) => patch),
      changes: [{ task: this.#id(i), from: null, to, copies }],
    };
  }

  /** The best preemption in later tiers, and the best in its own. */
  async #byPreemption(i: number): Promise<Repair[]> {
    const repairs: Repair[] = [];
    const { tier } = this.#beside.instance;
    const all = preemptions(this.#beside, i);
    for (const own of [false, true]) {
      const some = all.filter(({ task }) => (tier[task] === tier[i]) === own).slice(0, MOST_TRIED);
      for (const preemption of some) {
        const repair = await this.#standing(i, this.#preempting(i, preemption), 1);
        if (!repair) continue;
        repairs.push(repair);
        break;
      }
    }
    return repairs;
  }

  #preempting(i: number, { task, copies, copy }: Preemption): Proposal {
    const node = this.#beside.nameOf(copy);
    const { count, id } = this.#window.tasks[task]!;
    const whole = copies === count;
    const rows = this.#window.times ? [remove('times', task)] : [];
    return {
      kind: 'preempt',
      detail: copies === 1 && count === 1 ? `preempt ${id}` : `preempt ${copies} of the ${count} copies of ${id}`,
      patch: whole ? [remove('tasks', task), ...rows] : [set(count - copies, 'tasks', task, 'count')],
      changes: [
        { task: id, from: node, to: null, copies },
        { task: this.#id(i), from: null, to: node, copies: 1 },
      ],
    };
  }

  async #byMoves(i: number): Promise<Repair[]> {
    const repairs: Repair[] = [];
    for (const { task, from, to } of shifts(this.#beside, i)) {
      const [here, there] = [this.#beside.nameOf(from), this.#beside.nameOf(to)];
      const detail = `move ${this.#id(task)} to ${there}`;
      const changes = [
        { task: this.#id(task), from: here, to: there, copies: 1 },
        { task: this.#id(i), from: null, to: here, copies: 1 },
      ];
      const plain: Proposal = { kind: 'move', detail, patch: [], changes };
      const { moves } = this.#verdict(plain);
      const repair =
        moves <= (this.#window.maxMoves ?? Number.POSITIVE_INFINITY)
          ? plain
          : {
              ...plain,
              kind: 'max-moves' as const,
              detail: `allow ${moves} moves and ${detail}`,
              patch: [set(moves, 'maxMoves')],
            };
      const standing = await this.#standing(i, repair, 1);
      if (standing) repairs.push(standing);
    }
    return repairs;
  }

  /** The repair if the plan that it makes keeps every rule of the window that it makes, and solving that does not refute it. */
  async #standing(i: number, proposal: Proposal, amount: number): Promise<Repair | null> {
    const { window, breaches, unplacedOf } = this.#verdict(proposal);
    const at = window.tasks.findIndex(({ id }) => id === this.#id(i));
    const most = this.#unplaced.get(this.#id(i))! - amount + 1e-6 * window.tasks[at]!.count;
    if (breaches.length > 0 || !gangsFit(window) || unplacedOf[at]! > most) return null;
    const left = proposal.patch.length > 0 ? await this.#resolve(window) : null;
    if (left && left[at]! > most) return null;
    return { ...proposal, confirmed: left !== null };
  }

  #verdict({ patch, changes }: Proposal): Verdict & { window: Window; breaches: Breach[] } {
    this.verified++;
    const window = patched(this.#window, patch);
    return { ...verify(window, changed(this.#lines, changes)), window };
  }

  #amount(i: number): number {
    return this.#beside.instance.divisible ? Math.min(1, this.#unplaced.get(this.#id(i))!) : 1;
  }

  #node(copy: number): NodeCopy {
    const entry = this.#window.nodes[this.#beside.instance.nodes.entryOf[copy]!]!;
    return { entry, id: this.#beside.nameOf(copy), index: copy };
  }

  #id(i: number): string {
    return this.#window.tasks[i]!.id;
  }
}

const cheaper = (a: Way, b: Way): number => a.cost - b.cost || a.copy - b.copy;

const rank = ({ fixes }: Way): number => fixes.reduce((sum, { kind }) => sum + KINDS.indexOf(kind), 0);

/** A plan after changes. */
export function changed(lines: readonly PlanLine[], changes: Repair['changes']): PlanLine[] {
  const plan = lines.map(({ task, node, copies }) => ({ task, node, copies }));
  for (const { task, from, to, copies } of changes) {
    for (const [node, amount] of [
      [from, -copies],
      [to, copies],
    ] as const) {
      const line = plan.find((each) => each.task === task && each.node === node);
      if (line) line.copies += amount;
      else if (node !== null) plan.push({ task, node, copies: amount });
    }
  }
  return plan.filter(({ copies }) => Math.abs(copies) > 1e-9);
}

/** Whether no gang asks for more copies than its group has: such a window is refused. */
const gangsFit = ({ groups, tasks }: Window): boolean =>
  Object.entries(groups).every(
    ([name, { gang }]) =>
      typeof gang !== 'number' ||
      gang <= tasks.reduce((sum, { group, count }) => (group === name ? sum + count : sum), 0),
  );
