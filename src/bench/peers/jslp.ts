import type { LinearProgram } from '../../model/linear-program.ts';
import type { Engine } from '../../solver/engines/engine.ts';
import { loadEngine } from '../../solver/engines/engines.ts';
import { type Peer, type PeerAnswer, type PeerLimits, timed } from './peer.ts';

let jslp: Engine | null = null;

/**
 * javascript-lp-solver, for small programs: it refuses a large tableau, tells neither bounds nor incumbents, and proves
 * optima only when no gap is allowed at all.
 */
export const peer: Peer = {
  name: 'jslp',
  async load() {
    jslp ??= await loadEngine('jslp');
    return jslp.version;
  },
  solve: (program, limits) => timed(async () => answerOf(jslp!, program, limits)),
};

function answerOf(engine: Engine, program: LinearProgram, { seconds }: PeerLimits): Omit<PeerAnswer, 'ms'> {
  const { truth, objective, bound, solution } = engine.solve(program, { timeLimitMs: 1000 * seconds });
  const status = truth === 'unbounded' ? 'unknown' : truth;
  return { status, cost: objective, bound: truth === 'optimal' ? objective : bound, x: solution };
}
