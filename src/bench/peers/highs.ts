import type { Highs } from 'highs';
import type { LinearProgram } from '../../model/linear-program.ts';
import { modelOf } from '../../solver/engines/highs.ts';
import { highsRuntime } from '../../solver/engines/highs-module.ts';
import { finite, isInteger, type Peer, type PeerAnswer, type PeerLimits, PROVED, timed } from './peer.ts';

let highs: Highs | null = null;

/** HiGHS in WebAssembly, one thread. Its primal tolerance is 1e-9 instead of 1e-7, so that its answers pass the check. */
export const peer: Peer = {
  name: 'highs',
  async load() {
    highs ??= await highsRuntime();
    return highs.version.string;
  },
  solve: (program, limits) => timed(async () => answerOf(highs!, program, limits)),
};

function answerOf(highs: Highs, program: LinearProgram, { seconds, onIncumbent }: PeerLimits): Omit<PeerAnswer, 'ms'> {
  const started = performance.now();
  const integer = isInteger(program);
  const model = modelOf(highs, program);
  try {
    model.options.set({
      output_flag: false,
      mip_rel_gap: PROVED,
      mip_abs_gap: 0,
      primal_feasibility_tolerance: 1e-9,
      mip_feasibility_tolerance: 1e-9,
    });
    const left = () => seconds - (performance.now() - started) / 1000;
    model.options.set('time_limit', Math.max(0, left()));
    const { mipInterrupt, mipImprovingSolution } = highs.constants.callbackType;
    const { modelStatus } = model.run(
      integer
        ? {
            [mipInterrupt]: (event) => {
              if (left() <= 0) event.interrupt();
              return undefined;
            },
            [mipImprovingSolution]: (event) => {
              if (event.data.mip_solution) onIncumbent?.(event.data.mip_solution, seconds - left());
              return undefined;
            },
          }
        : {},
    );
    const { optimal, infeasible } = highs.constants.modelStatus;
    const has = model.info.get('primal_solution_status') === highs.constants.solutionStatus.feasible;
    const cost = has ? finite(model.info.get('objective_function_value')) : null;
    const bound = integer ? finite(model.info.get('mip_dual_bound')) : modelStatus === optimal ? cost : null;
    const status =
      modelStatus === optimal ? 'optimal' : modelStatus === infeasible ? 'infeasible' : has ? 'feasible' : 'unknown';
    return { status, cost, bound, x: has ? Float64Array.from(model.getSolution().colValue) : null };
  } finally {
    model.dispose();
  }
}
