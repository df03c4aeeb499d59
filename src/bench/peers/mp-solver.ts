import { DoubleParam, initMPSolver, MPSolver, MPSolverParameters, MPSolverResultStatus } from 'or-tools-wasm/mp-solver';
import type { LinearProgram } from '../../model/linear-program.ts';
import { finite, type Peer, type PeerAnswer, type PeerLimits, PROVED, timed } from './peer.ts';

/** A peer behind OR-Tools' MPSolver interface in WebAssembly, one thread. */
export function mpSolverPeer(name: string, id: 'SCIP' | 'CBC'): Peer {
  return {
    name,
    async load() {
      await initMPSolver();
      const solver = MPSolver.CreateSolver(id);
      if (!solver) return null;
      await solver.ready;
      const version = solver.SolverVersion();
      solver.delete();
      return version;
    },
    solve: (program, limits) => timed(() => answerOf(id, program, limits)),
  };
}

async function answerOf(id: string, program: LinearProgram, { seconds }: PeerLimits): Promise<Omit<PeerAnswer, 'ms'>> {
  const started = performance.now();
  const solver = MPSolver.CreateSolver(id)!;
  await solver.ready;
  const { columns, rows, cost, lower, upper, integer, start, rowIndex, value, rowLower, rowUpper } = program;
  const constraints = Array.from({ length: rows }, (_, r) => solver.Constraint(rowLower[r]!, rowUpper[r]!, `r${r}`));
  const objective = solver.Objective();
  const variables = Array.from({ length: columns }, (_, c) => {
    const variable = solver.Var(lower[c]!, upper[c]!, integer[c] === 1, `x${c}`);
    objective.SetCoefficient(variable, cost[c]!);
    for (let at = start[c]!; at < start[c + 1]!; at++) constraints[rowIndex[at]!]!.SetCoefficient(variable, value[at]!);
    return variable;
  });
  objective.SetMinimization();
  const parameters = new MPSolverParameters();
  parameters.SetDoubleParam(DoubleParam.RELATIVE_MIP_GAP, PROVED);
  if (id === 'SCIP') parameters.SetDoubleParam(DoubleParam.PRIMAL_TOLERANCE, 1e-9);
  solver.SetTimeLimit(Math.max(1, Math.round(1000 * seconds - (performance.now() - started))));
  try {
    const status = await solver.Solve(parameters);
    const { OPTIMAL, FEASIBLE, INFEASIBLE } = MPSolverResultStatus;
    const has = status === OPTIMAL || status === FEASIBLE;
    return {
      status: status === OPTIMAL ? 'optimal' : has ? 'feasible' : status === INFEASIBLE ? 'infeasible' : 'unknown',
      cost: has ? objective.Value() : null,
      bound: has || status !== INFEASIBLE ? finite(objective.BestBound()) : null,
      x: has ? Float64Array.from(variables, (variable) => variable.SolutionValue()) : null,
    };
  } finally {
    parameters.delete();
    solver.delete();
  }
}
