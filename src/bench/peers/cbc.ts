import { mpSolverPeer } from './mp-solver.ts';

/**
 * CBC of OR-Tools in WebAssembly. It does not see its time limit there: what it has not proven by then is lost with
 * its process.
 */
export const peer = mpSolverPeer('cbc', 'CBC');
