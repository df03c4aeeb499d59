import { pairings } from '../model/pairing.ts';
import { recomputeBound } from '../model/recompute.ts';
import { replay } from '../model/replay.ts';
import { nodeCopies } from '../model/rules.ts';
import { type Breach, type Verdict, verify } from '../model/verifier.ts';
import type { Window } from '../model/window.ts';
import type { Claimed, ClaimedAnswer } from './plan.ts';

/** Relative difference that rounding is granted. */
const TOLERANCE = 1e-6;

/** Something an answer says that can be computed from the window and its assignments or prices. */
export interface Claim {
  readonly claim: 'status' | 'objective' | 'lines' | 'unplaced' | 'moves' | 'bound' | 'gap' | 'certificate' | 'optimal';
  readonly claimed: number | string | null;
  readonly found: number | string | null;
  readonly holds: boolean;
}

/** What came of checking an answer or a plan. */
export interface Verification {
  /** Whether it breaks no rule and every claim holds. */
  readonly holds: boolean;
  readonly breaches: readonly Breach[];
  readonly claims: readonly Claim[];
  readonly objective: number;
  readonly unplaced: Verdict['unplaced'];
  readonly moves: number;
  /** The bound that the certificate's prices prove; null without a certificate or when they prove none. */
  readonly bound: number | null;
  /** Whether this is what an answer without a solution holds as `partial`. */
  readonly partial: boolean;
}

/** Checks an answer against its window, nothing in it taken on trust. Of one without a solution, its `partial`, which may leave copies unplaced. */
export function verifyAnswer(window: Window, answer: ClaimedAnswer): Verification {
  if (answer.status !== 'infeasible' && answer.status !== 'unknown') return verifyPlaced(window, answer);
  const founded = window.unplaced === 'forbid' && answer.assignments.length === 0;
  const found =
    window.unplaced === 'allow'
      ? 'a window that allows unplaced tasks'
      : founded
        ? 'no assignments'
        : `${answer.assignments.length} assignments`;
  const status: Claim = { claim: 'status', claimed: answer.status, found, holds: founded };
  const inner = verifyPlaced({ ...window, unplaced: 'allow' }, answer.partial ?? { assignments: [] });
  return {
    ...inner,
    holds: inner.holds && founded,
    claims: [status, ...inner.claims],
    partial: answer.partial !== undefined,
  };
}

function verifyPlaced(window: Window, answer: Claimed): Verification {
  const verdict = verify(window, answer.assignments);
  const { objective } = verdict;
  const certified = answer.certificate ? recomputeBound(window, verdict.unplacedOf, answer.certificate) : null;
  const claims: Claim[] = [];
  const check = (claim: Claim['claim'], claimed: Claim['claimed'], found: Claim['found'], holds: boolean) =>
    claims.push({ claim, claimed, found, holds });
  const near = (a: number, b: number) =>
    Number.isFinite(a - b) && Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b), Math.abs(objective));

  if (typeof answer.objective === 'number')
    check('objective', answer.objective, objective, near(answer.objective, objective));
  const [wrong, lines] = wrongLines(window, answer);
  if (lines > 0) check('lines', lines, lines - wrong, wrong === 0);
  if (answer.unplaced) {
    const total = verdict.unplacedOf.reduce((sum, copies) => sum + copies, 0);
    check(
      'unplaced',
      answer.unplaced.reduce((sum, { copies }) => sum + copies, 0),
      total,
      sameUnplaced(window, answer.unplaced, verdict),
    );
  }
  if (answer.movesOrdered && answer.moves && verdict.breaches.length === 0) {
    const fault = replay(window, answer.assignments, answer.moves);
    check('moves', 'in order', fault ?? 'in order', fault === null);
  }
  if (typeof answer.bound === 'number') {
    check('bound', answer.bound, objective, answer.bound <= objective || near(answer.bound, objective));
    const gap = near(answer.bound, objective)
      ? 0
      : objective === 0
        ? null
        : (objective - answer.bound) / Math.abs(objective);
    if (answer.gap !== undefined)
      check('gap', answer.gap, gap, answer.gap !== null && gap !== null && Math.abs(answer.gap - gap) <= 2 * TOLERANCE);
  }
  if (answer.certificate && certified !== null) {
    const sound =
      near(answer.certificate.bound, certified) &&
      typeof answer.bound === 'number' &&
      (certified <= answer.bound || near(certified, answer.bound));
    check('certificate', answer.certificate.bound, Number.isFinite(certified) ? certified : null, sound);
  }
  if (answer.status === 'optimal') {
    const least = new Map(answer.unplacedBounds?.map(({ tier, copies }) => [tier, copies]));
    const open = verdict.unplaced.filter(
      ({ tier, copies }) => !(Math.abs((least.get(tier) ?? Number.NaN) - copies) <= TOLERANCE * Math.max(1, copies)),
    );
    const closed = typeof answer.bound === 'number' && near(answer.bound, objective);
    const found = open.length > 0 ? `tier ${open[0]!.tier} is open` : closed ? 'optimal' : 'the gap is open';
    check('optimal', 'optimal', found, closed && open.length === 0);
  }
  const holds = verdict.breaches.length === 0 && claims.every((claim) => claim.holds);
  return {
    holds,
    breaches: verdict.breaches,
    claims,
    objective,
    unplaced: verdict.unplaced,
    moves: verdict.moves,
    bound: certified !== null && Number.isFinite(certified) ? certified : null,
    partial: false,
  };
}

/** How many lines state another time or cost than theirs, of how many that state one. */
function wrongLines(window: Window, { assignments }: Claimed): [number, number] {
  const nodes = nodeCopies(window);
  const taskAt = new Map(window.tasks.map((task, i) => [task.id, i]));
  const pairing = pairings(window, (name) => nodes.has(name));
  const off = (claimed: number | undefined, found: number) =>
    claimed !== undefined && !(Math.abs(claimed - found) <= TOLERANCE * Math.max(Math.abs(claimed), Math.abs(found)));
  let wrong = 0;
  let lines = 0;
  for (const { task, node, copies, time, cost } of assignments) {
    if (time === undefined && cost === undefined) continue;
    lines++;
    const i = taskAt.get(task);
    const at = nodes.get(node);
    const pair = i === undefined || at === undefined ? null : pairing(i, at);
    if (pair === null || off(time, pair.time) || off(cost, pair.cost * copies)) wrong++;
  }
  return [wrong, lines];
}

/** Whether a list of unplaced copies is what the assignments leave, task by task. */
function sameUnplaced(window: Window, claimed: NonNullable<Claimed['unplaced']>, { unplacedOf }: Verdict): boolean {
  const copiesOf = new Map<string, number>();
  for (const { task, copies } of claimed) copiesOf.set(task, (copiesOf.get(task) ?? 0) + copies);
  const known = window.tasks.every(
    ({ id, count }, i) => Math.abs((copiesOf.get(id) ?? 0) - unplacedOf[i]!) <= TOLERANCE * count,
  );
  return known && window.tasks.filter(({ id }) => copiesOf.has(id)).length === copiesOf.size;
}
