import { type LinearProgram, objectiveOf, violationOf } from '../../model/linear-program.ts';
import type { Engine, EngineLimits, Outcome } from './engine.ts';
import { type Answer, conclude, FEASIBILITY, isInteger, settle } from './outcome.ts';
import { plainAnswer, withWholeBounds } from './plain.ts';
import { scaled } from './scaling.ts';

/** A library that solves programs, before its answers are checked: everything that differs between engines. */
export interface Library {
  readonly name: Engine['name'];
  readonly version: string;
  readonly countsNodes: boolean;
  /** Whether an exception leaves the library in an unknown state (WebAssembly aborts), so that it must not be called again. */
  readonly diesOfExceptions: boolean;
  /** Answers a program with at least one entry, consistent bounds, whole ones on integer columns, and tame numbers. May throw. */
  answer(program: LinearProgram, limits: EngineLimits): Answer;
}

/** Messages are for logs: this many characters at most. */
const MESSAGE_LENGTH = 300;

/** Makes an {@link Engine} of a library; `died` is called once, when it became unusable and must be loaded anew. */
export function checkedEngine(library: Library, died: () => void): Engine {
  let dead: string | null = null;

  function attempt(program: LinearProgram, limits: EngineLimits): Answer {
    if (dead !== null) return nothing('failed', `${library.name} must be loaded again after: ${dead}`);
    try {
      return library.answer(program, limits);
    } catch (error) {
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      if (library.diesOfExceptions) {
        dead = message;
        died();
      }
      return nothing('failed', message);
    }
  }

  function solve(asked: LinearProgram, limits: EngineLimits = {}): Outcome {
    refuseMalformed(asked);
    const whole = withWholeBounds(asked);
    const plain = plainAnswer(whole);
    if (plain !== null) return conclude(whole, plain);
    const scale = scaled(whole);
    const { program } = scale;

    // every further solve gets what time the ones before it have left
    const begin = performance.now();
    const left = (): EngineLimits => {
      const { timeLimitMs, ...others } = scale.limits(limits);
      return timeLimitMs === undefined ? others : { ...others, timeLimitMs: timeLimitMs - (performance.now() - begin) };
    };
    const solveOne = (one: LinearProgram): Answer =>
      (left().timeLimitMs ?? 1) > 0 ? attempt(one, left()) : nothing('limit', 'no time left');

    let answer = solveOne(program);
    if (answer.claim === 'unbounded') answer = unboundedIfFeasible(program, answer, solveOne);
    if (answer.x !== null && isMixed(program)) answer = refitted(program, answer, solveOne);
    const outcome = conclude(whole, scale.answer(answer));
    return { ...outcome, message: outcome.message.slice(0, MESSAGE_LENGTH) };
  }

  return { name: library.name, version: library.version, countsNodes: library.countsNodes, solve };
}

/** A ray of improvement proves `unbounded` only where there is a point to start from: looks for one with all costs 0. */
function unboundedIfFeasible(
  program: LinearProgram,
  answer: Answer,
  solve: (program: LinearProgram) => Answer,
): Answer {
  const feasibility = solve({ ...program, cost: new Float64Array(program.columns) });
  if (feasibility.claim === 'infeasible') return feasibility;
  if (feasibility.x !== null && violationOf(program, settle(program, feasibility.x)) <= FEASIBILITY) return answer;
  return nothing(feasibility.call, `${answer.message}, but no feasible point: ${feasibility.message}`);
}

/** Where whole numbers that the engine took as whole, but weren't to the digit, upset a row: refits the continuous columns. */
function refitted(program: LinearProgram, answer: Answer, solve: (program: LinearProgram) => Answer): Answer {
  const x = settle(program, answer.x!);
  if (violationOf(program, x) <= FEASIBILITY) return answer;
  const fix = (bounds: Float64Array) => bounds.map((bound, c) => (program.integer[c] ? x[c]! : bound));
  const integer = new Uint8Array(program.columns);
  const fitted = solve({ ...program, lower: fix(program.lower), upper: fix(program.upper), integer });
  if (fitted.x === null) return answer;
  // the refit may cost more: what was proven is the objective before it
  const bound = answer.bound ?? (answer.claim === 'optimal' ? objectiveOf(program, answer.x!) : null);
  return { ...answer, x: fitted.x, bound };
}

function isMixed(program: LinearProgram): boolean {
  return isInteger(program) && program.integer.includes(0);
}

export function nothing(call: Outcome['call'], message: string): Answer {
  return { call, claim: 'unknown', x: null, rowDuals: null, bound: null, message };
}

/** Throws on misuse: array lengths that don't fit together, costs or entries that are no finite numbers. */
function refuseMalformed(program: LinearProgram): void {
  const { columns, rows, start, rowIndex, value } = program;
  const lengths =
    [program.cost, program.lower, program.upper, program.integer].every((array) => array.length === columns) &&
    [program.rowLower, program.rowUpper].every((array) => array.length === rows) &&
    start.length === columns + 1 &&
    start[columns] === value.length &&
    rowIndex.length === value.length;
  if (!lengths)
    throw new TypeError('Expected a linear program whose arrays fit its numbers of columns, rows and entries');
  if (!program.cost.every(Number.isFinite) || !value.every(Number.isFinite)) {
    throw new TypeError('Expected finite costs and entries in a linear program');
  }
}
