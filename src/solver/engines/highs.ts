import type { Highs, HighsCallbackMap, InterruptCallbackEvent } from 'highs';
import { type LinearProgram, objectiveOf, violationOf } from '../../model/linear-program.ts';
import { checkedEngine, nothing } from './checked.ts';
import type { Engine, EngineLimits } from './engine.ts';
import { highsRuntime } from './highs-module.ts';
import { type Answer, FEASIBILITY, isInteger, settle } from './outcome.ts';

type Model = ReturnType<Highs['createModel']>;

/**
 * Tighter than HiGHS' defaults (1e-7), so that solutions survive rounding and substitution. Integers stay at its default:
 * with a tighter mip_feasibility_tolerance HiGHS 1.15 calls solutions optimal that are not (test/highs-traps.test.ts).
 * With this one its presolve does, where a row's coefficients differ by six digits: it is switched off there.
 */
const TOLERANCES = {
  primal_feasibility_tolerance: 1e-9,
  dual_feasibility_tolerance: 1e-9,
  mip_feasibility_tolerance: 1e-6,
} as const;

/**
 * HiGHS in WebAssembly: simplex for linear programs, branch and cut for integer ones, with bounds, incumbents while it
 * runs, a start, and a node limit. The same program, limits and start give the same answer as long as no clock ends it.
 * It looks at the clock between pivots and at many points of branch and cut, but not inside one presolve or heuristic.
 */
export async function loadHighs(died: () => void): Promise<Engine> {
  const highs = await highsRuntime();
  const version = `highs ${highs.version.string}`;
  const answer = (program: LinearProgram, limits: EngineLimits) => answerOf(highs, program, limits);
  return checkedEngine({ name: 'highs', version, countsNodes: true, diesOfExceptions: true, answer }, died);
}

/** A program as a model of HiGHS. It lives in WebAssembly memory, which no garbage collector looks after: dispose it. */
export function modelOf(highs: Highs, program: LinearProgram): Model {
  return highs.createModel({
    numCols: program.columns,
    numRows: program.rows,
    colCost: program.cost,
    colLower: program.lower,
    colUpper: program.upper,
    rowLower: program.rowLower,
    rowUpper: program.rowUpper,
    matrix: {
      format: 'csc',
      numRows: program.rows,
      numCols: program.columns,
      starts: program.start,
      indices: program.rowIndex,
      values: program.value,
    },
    ...(isInteger(program) ? { integrality: Int32Array.from(program.integer) } : {}),
  });
}

/** Largest coefficient of a row as a multiple of its smallest, from which HiGHS 1.15's presolve of integer programs is wrong. */
const WIDE = 1e5;

/** Whether a row's coefficients differ by so much that whole numbers within tolerance can stand for none. */
function hasWideRow({ rows, rowIndex, value }: LinearProgram): boolean {
  const most = new Float64Array(rows);
  for (let k = 0; k < value.length; k++) most[rowIndex[k]!] = Math.max(most[rowIndex[k]!]!, Math.abs(value[k]!));
  return value.some((v, k) => most[rowIndex[k]!]! > WIDE * Math.abs(v));
}

function answerOf(highs: Highs, program: LinearProgram, limits: EngineLimits): Answer {
  const integer = isInteger(program);
  const end = performance.now() + (limits.timeLimitMs ?? Number.POSITIVE_INFINITY);
  const model = modelOf(highs, program);
  try {
    model.options.set({
      output_flag: false,
      random_seed: 0,
      mip_rel_gap: Math.max(0, limits.relativeGap ?? 0),
      mip_abs_gap: 0,
      ...TOLERANCES,
      ...(integer && hasWideRow(program) ? { presolve: 'off' } : {}),
    });
    if (limits.nodeLimit !== undefined) model.options.set('mip_max_nodes', Math.min(limits.nodeLimit, 2 ** 31 - 1));
    if (limits.start !== undefined && integer) model.setSolution({ colValue: limits.start });
    // what building the model took is part of the limit
    if (limits.timeLimitMs !== undefined) model.options.set('time_limit', Math.max(0, end - performance.now()) / 1000);
    const { modelStatus } = model.run(integer ? listeners(highs, program, limits, end) : {});
    return integer ? integerAnswer(highs, model, modelStatus) : linearAnswer(highs, model, modelStatus);
  } finally {
    model.dispose();
  }
}

function linearAnswer(highs: Highs, model: Model, status: number): Answer {
  const claim = claimOf(highs, status);
  const stopped = callOf(highs, status);
  const message = `highs lp status ${status}`;
  if (!hasPoint(highs, model)) return { ...nothing(stopped, message), claim: claim === 'optimal' ? 'unknown' : claim };
  const { colValue, rowDual } = model.getSolution();
  const rowDuals = claim === 'optimal' ? rowDual : null;
  return { call: stopped, claim, x: colValue, rowDuals, bound: null, message };
}

function integerAnswer(highs: Highs, model: Model, status: number): Answer {
  const claim = claimOf(highs, status);
  const stopped = callOf(highs, status);
  const message = `highs ilp status ${status}`;
  const bound = finite(model.info.get('mip_dual_bound'));
  if (!hasPoint(highs, model)) {
    return { ...nothing(stopped, message), claim: claim === 'optimal' ? 'unknown' : claim, bound };
  }
  // status optimal may mean no more than the gap asked for: the bound tells
  const x = model.getSolution().colValue;
  return { call: stopped, claim: claim === 'unknown' ? 'feasible' : claim, x, rowDuals: null, bound, message };
}

function claimOf(highs: Highs, status: number): Answer['claim'] {
  const { optimal, infeasible, unbounded, unboundedOrInfeasible } = highs.constants.modelStatus;
  if (status === optimal) return 'optimal';
  if (status === infeasible) return 'infeasible';
  // which of the two is settled by looking for a feasible point
  if (status === unbounded || status === unboundedOrInfeasible) return 'unbounded';
  return 'unknown';
}

function callOf(highs: Highs, status: number): Answer['call'] {
  const { timeLimit, iterationLimit, solutionLimit, interrupted } = highs.constants.modelStatus;
  // a node limit is reported as a solution limit
  if ([timeLimit, iterationLimit, solutionLimit, interrupted].some((limit) => limit === status)) return 'limit';
  return claimOf(highs, status) === 'unknown' ? 'failed' : 'completed';
}

function hasPoint(highs: Highs, model: Model): boolean {
  return model.info.get('primal_solution_status') === highs.constants.solutionStatus.feasible;
}

/** Stops at `end`, and hands on every better incumbent and bound. */
function listeners(highs: Highs, program: LinearProgram, limits: EngineLimits, end: number): HighsCallbackMap {
  const { mipInterrupt, mipImprovingSolution } = highs.constants.callbackType;
  const { onIncumbent } = limits;
  let incumbent: Float64Array | null = null;
  let bound: number | null = null;
  const publish = () => {
    if (incumbent !== null) onIncumbent?.(incumbent, objectiveOf(program, incumbent), bound);
  };
  return {
    [mipInterrupt](event: InterruptCallbackEvent) {
      const news = finite(event.data.mip_dual_bound);
      if (news !== null && (bound === null || news > bound)) {
        bound = news;
        publish();
      }
      if (performance.now() >= end) event.interrupt();
      return undefined;
    },
    [mipImprovingSolution](event) {
      const x = event.data.mip_solution && settle(program, event.data.mip_solution);
      if (x === undefined || violationOf(program, x) > FEASIBILITY) return undefined;
      incumbent = x;
      bound = finite(event.data.mip_dual_bound) ?? bound;
      publish();
      return undefined;
    },
  };
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
