import { createHash, randomUUID } from 'node:crypto';
import { HEURISTICS } from '../heuristics/heuristics.ts';
import type { Answer } from '../model/answer.ts';
import { openedCost, type Score } from '../model/assignment.ts';
import { certificateOf } from '../model/certificate.ts';
import { loadsOf } from '../model/loads.ts';
import { warningsOf } from '../model/warnings.ts';
import { VERSION } from '../version.ts';
import { assignmentLines, moveLines, nodeLines, summaryOf, unplacedLines, verifyPlan } from './answer-lines.ts';
import { PROVEN } from './closed.ts';
import { ENGINES, labelOf } from './engines/catalogue.ts';
import type { Incumbent } from './incumbents.ts';
import { heuristicResult, type SolveState } from './state.ts';

/** Makes the answer of a solve: the best incumbent that passes the verifier, with all that is proven of it. */
export function finish(state: SolveState, id?: string): Answer {
  const answer = answerWith(state, id);
  const forbids = state.instance.window.unplaced === 'forbid';
  return forbids && answer.summary.unplaced > 0 ? refusal(state, answer) : answer;
}

function answerWith(state: SolveState, id: string | undefined): Answer {
  const { instance, timings } = state;
  const { window } = instance;
  const { incumbent, lines, moves } = verifiedBest(state);
  const { assignment, score, method } = incumbent;
  const { prices, dual } = state.bestPrices();
  const certificate = certificateOf(instance, prices, dual);
  const loads = loadsOf(instance, assignment.placements);
  const opened = openedCost(instance, assignment.placements);
  const objective = lines.reduce((sum, { cost }) => sum + cost, 0) + opened; // in the order of the window, whoever found it

  // what is proven: bounds above the objective by rounding come down to it
  const bound = Math.min(state.costBound(), objective);
  const difference = objective - bound;
  const gap = difference <= 1e-12 * Math.abs(objective) ? 0 : difference / Math.abs(objective);
  const status = state.tiersProven && gap <= PROVEN ? 'optimal' : 'feasible';
  const stop = status === 'optimal' ? 'proved' : stopOf(state, gap);
  const heuristic = method.startsWith('heuristic:') ? method.slice('heuristic:'.length) : null;
  const unfinished = stop !== 'proved' && stop !== 'gap';
  return {
    id: idOf(state, id),
    name: window.name,
    status,
    stop,
    method: assignment.placements.length === 0 && instance.tasks === 0 ? 'none' : method,
    fallback:
      heuristic !== null && unfinished ? { heuristic, because: stop === 'failed' ? 'failed' : 'deadline' } : null,
    objective,
    bound,
    gap,
    unplacedBounds: instance.tiers.map((tier, t) => ({ tier, copies: state.provenTiers[t] ?? null })),
    certificate,
    summary: summaryOf(instance, assignment, moves),
    assignments: lines,
    unplaced: unplacedLines(instance, assignment, loads),
    nodes: nodeLines(instance, assignment, loads),
    ...moveLines(instance, lines),
    worth: [],
    warnings: warningsOf(window),
    heuristics: window.compare ? heuristicLines(state, score) : [],
    timings: { total: 0, ...timings },
    solver: { version: VERSION, engine: engineOf(state, method), seed: window.seed },
  };
}

/** The engine that made the assignment, or else the last that worked on it. */
function engineOf({ engine }: SolveState, method: string): string | null {
  const maker = ENGINES.find(({ name }) => method.endsWith(`lp:${name}`));
  return maker?.label ?? (engine === null ? null : labelOf(engine));
}

/** Every heuristic that ran, in the order of the catalogue. */
const heuristicLines = ({ heuristics }: SolveState, best: Score): Answer['heuristics'] =>
  [...HEURISTICS.keys()].flatMap((name) => {
    const run = heuristics.get(name);
    return run ? [heuristicResult(run, best)] : [];
  });

/** The best incumbent that the verifier accepts, in lines, and its moves. A refused one is a bug, and is logged. */
function verifiedBest({ incumbents, instance }: SolveState): {
  readonly incumbent: Incumbent;
  readonly lines: Answer['assignments'];
  readonly moves: number;
} {
  while (incumbents.ranked.length > 0) {
    const incumbent = incumbents.best;
    const lines = assignmentLines(instance, incumbent.assignment);
    const verdict = verifyPlan(instance.window, lines);
    if (verdict) return { incumbent, lines, moves: verdict.moves };
    incumbents.discardBest();
    console.error(
      `placewright: an assignment by ${incumbent.method} failed verification and was not sent; please report this`,
    );
  }
  throw new Error('no incumbent passed the verifier');
}

function stopOf(state: SolveState, gap: number): Answer['stop'] {
  const { window } = state.instance;
  if (window.gap > 0 && state.tiersProven && gap <= window.gap) return 'gap';
  if (state.failures.size > 0) return 'failed';
  if (state.signal?.aborted) return 'cancelled';
  return window.work === null ? 'deadline' : 'work';
}

/** Where unplaced tasks are forbidden and some are: infeasible when that is proven, else unknown. */
function refusal(state: SolveState, partial: Answer): Answer {
  const proven = state.someUnplaced || state.homeless.some((copies) => copies > 0);
  const stop = proven ? 'proved' : partial.stop === 'proved' || partial.stop === 'gap' ? 'failed' : partial.stop;
  return {
    ...partial,
    status: proven ? 'infeasible' : 'unknown',
    stop,
    method: 'none',
    fallback: null,
    objective: null,
    bound: null,
    gap: null,
    certificate: null,
    summary: { ...partial.summary, placed: 0, unplaced: partial.summary.copies, nodesUsed: 0, moves: 0 },
    assignments: [],
    unplaced: [],
    nodes: [],
    moves: [],
    movesOrdered: true,
    knots: [],
    nodesFreed: [],
    worth: [],
    partial,
  };
}

/** The id asked for or a random one; when steps are counted, one that the same request gets again. */
function idOf({ instance: { window } }: SolveState, asked: string | undefined): string {
  if (window.work === null) return asked ?? randomUUID();
  const digest = createHash('sha256').update(JSON.stringify(window)).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
