import type { LinearProgram } from '../../model/linear-program.ts';
import { checkedEngine, nothing } from './checked.ts';
import { elasticTwin, missesRows } from './elastic.ts';
import type { Engine, EngineLimits } from './engine.ts';
import { type Caller, loadCaller, type Reply, status } from './glpk-call.ts';
import { type Answer, isInteger } from './outcome.ts';

/**
 * GLPK through glpk.js: simplex for linear programs, branch and bound without cuts for integer ones. It reports neither
 * bounds nor incumbents, takes no start and counts no nodes. Its time limit is looked at between pivots and nodes, not
 * while presolving or solving the root of an integer program, which large programs overstep by seconds.
 *
 * glpk.js drops GLPK's return code, so that its statuses mean several things; `test/glpk-traps.test.ts` pins each of
 * them. Status 1 with all columns 0 is a time-out, a presolver that found the program infeasible or unbounded, or a
 * failure: linear programs are then solved again without the presolver, which tells them apart, and integer programs
 * are decided by their relaxation and their elastic twin. Status 2 is a time-out or a gap reached: the clock decides.
 */
export async function loadGlpk(died: () => void): Promise<Engine> {
  const caller = await loadCaller();
  const answer = (program: LinearProgram, limits: EngineLimits) => {
    const end = performance.now() + (limits.timeLimitMs ?? Number.POSITIVE_INFINITY);
    if (!isInteger(program)) return linearAnswer(caller, program, end);
    return integerAnswer(caller, program, end, Math.max(0, limits.relativeGap ?? 0));
  };
  const { version } = caller;
  return checkedEngine({ name: 'glpk', version, countsNodes: false, diesOfExceptions: true, answer }, died);
}

function linearAnswer(caller: Caller, program: LinearProgram, end: number): Answer {
  let reply = caller.call(program, end, { presol: true });
  if (reply.status !== status.optimal && !reply.timeUp) reply = caller.call(program, end, { presol: false });
  const message = `glpk lp ${reply.words}`;
  if (reply.status === status.optimal) return found('completed', 'optimal', reply, message);
  if (reply.status === status.infeasible) return { ...nothing('completed', message), claim: 'infeasible' };
  if (reply.status === status.unbounded) return { ...nothing('completed', message), claim: 'unbounded' };
  return stopped(reply, message);
}

function integerAnswer(caller: Caller, program: LinearProgram, end: number, mipgap: number): Answer {
  const reply = caller.call(program, end, { presol: true, mipgap });
  const message = `glpk ilp ${reply.words}`;
  if (reply.status === status.optimal) return found('completed', 'optimal', reply, message);
  if (reply.status === status.infeasible) return { ...nothing('completed', message), claim: 'infeasible' };
  if (reply.status === status.feasible && !reply.timeUp && mipgap > 0) {
    return found('completed', 'feasible', reply, message);
  }
  if (reply.status === status.feasible || reply.timeUp) return stopped(reply, message);
  return decided(caller, program, end, message);
}

/** Decides an integer program of which the presolver or the root gave up without a reason. */
function decided(caller: Caller, program: LinearProgram, end: number, message: string): Answer {
  // infeasible or unbounded without integrality: so it is with it, if there is a feasible point at all
  const relaxed = linearAnswer(caller, { ...program, integer: new Uint8Array(program.columns) }, end);
  if (relaxed.claim !== 'optimal') return { ...relaxed, x: null, message: `${message}, ${relaxed.message}` };

  // how much must be missed at least?
  const twin = elasticTwin(program);
  const reply = caller.call(twin, end, { presol: true });
  const detail = `${message}, elastic ${reply.words}`;
  if (reply.status === status.optimal && missesRows(twin, reply.x)) {
    return { ...nothing('completed', detail), claim: 'infeasible' };
  }
  return stopped({ ...reply, x: reply.x.slice(0, program.columns) }, detail);
}

function found(call: Answer['call'], claim: Answer['claim'], reply: Reply, message: string): Answer {
  const rowDuals = claim === 'optimal' ? reply.rowDuals : null;
  return { call, claim, x: reply.x, rowDuals, bound: null, message };
}

/** An end before the proof: by the clock or, with time left, for no good reason. */
function stopped(reply: Reply, message: string): Answer {
  const call = reply.timeUp ? 'limit' : 'failed';
  const point = reply.status === status.feasible || reply.status === status.optimal;
  return point ? found(call, 'feasible', reply, message) : nothing(call, message);
}
