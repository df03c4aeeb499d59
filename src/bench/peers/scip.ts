import { mpSolverPeer } from './mp-solver.ts';

/** SCIP with SoPlex, of OR-Tools in WebAssembly. */
export const peer = mpSolverPeer('scip', 'SCIP');
