import GLPK, { type GLPK as Instance, type LP } from 'glpk.js/node';
import type { LinearProgram } from '../../model/linear-program.ts';
import { isInteger, type Peer, type PeerAnswer, type PeerLimits, PROVED, timed } from './peer.ts';

let glpk: Instance | null = null;

/**
 * GLPK through glpk.js. It tells neither bounds nor incumbents, and a time-out without a point looks like a point of
 * zeros: what it says counts for nothing before the check.
 */
export const peer: Peer = {
  name: 'glpk',
  async load() {
    glpk ??= await GLPK();
    return String(glpk.version);
  },
  solve: (program, limits) => timed(async () => answerOf(glpk!, program, limits)),
};

function answerOf(glpk: Instance, program: LinearProgram, { seconds }: PeerLimits): Omit<PeerAnswer, 'ms'> {
  const { result } = glpk.solve(modelOf(glpk, program), {
    msglev: glpk.GLP_MSG_OFF,
    presol: true,
    tmlim: seconds,
    mipgap: isInteger(program) ? PROVED : 0,
  });
  const { status, z } = result;
  const nothing = status !== glpk.GLP_OPT && status !== glpk.GLP_FEAS;
  if (nothing)
    return { status: status === glpk.GLP_NOFEAS ? 'infeasible' : 'unknown', cost: null, bound: null, x: null };
  const x = Float64Array.from({ length: program.columns }, (_, c) => result.vars[`${c}`] ?? 0);
  const optimal = status === glpk.GLP_OPT;
  return { status: optimal ? 'optimal' : 'feasible', cost: z, bound: optimal ? z : null, x };
}

/** The program in glpk.js' own form. */
function modelOf(glpk: Instance, program: LinearProgram): LP {
  const { columns, rows, cost, start, rowIndex, value, lower, upper, rowLower, rowUpper } = program;
  const rowsOf: { name: string; coef: number }[][] = Array.from({ length: rows }, () => []);
  const vars = Array.from(cost, (coef, c) => ({ name: `${c}`, coef }));
  for (let c = 0; c < columns; c++)
    for (let at = start[c]!; at < start[c + 1]!; at++) rowsOf[rowIndex[at]!]!.push({ name: `${c}`, coef: value[at]! });
  const bounded = (lb: number, ub: number) => {
    if (lb === ub) return { type: glpk.GLP_FX, lb, ub };
    if (lb === Number.NEGATIVE_INFINITY) return { type: glpk.GLP_UP, lb: 0, ub };
    return ub === Number.POSITIVE_INFINITY ? { type: glpk.GLP_LO, lb, ub: 0 } : { type: glpk.GLP_DB, lb, ub };
  };
  return {
    name: 'program',
    objective: { direction: glpk.GLP_MIN, name: 'cost', vars },
    subjectTo: rowsOf.map((vars, r) => ({ name: `r${r}`, vars, bnds: bounded(rowLower[r]!, rowUpper[r]!) })),
    bounds: vars.map(({ name }, c) => ({ name, ...bounded(lower[c]!, upper[c]!) })),
    generals: vars.flatMap(({ name }, c) => (program.integer[c] ? [name] : [])),
  };
}
