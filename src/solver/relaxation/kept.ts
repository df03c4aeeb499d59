import type { Highs } from 'highs';
import { now } from '../budget.ts';
import type { Candidates } from '../candidates.ts';
import { modelOf } from '../engines/highs.ts';
import { crashBasis } from './crash.ts';
import {
  columnsOf,
  costScale,
  dearColumns,
  type PairColumns,
  programOf,
  type Relaxation,
  type Restricted,
} from './restricted.ts';
import { firstColumns } from './sifting.ts';

/** Binding capacities up to which simplex from a crash basis is faster than interior points. */
const MOST_BINDING = 250;

/** Whether so many capacities have a price that interior points are faster than simplex. */
export const manyBinding = (prices: Float64Array): boolean =>
  prices.reduce((many, price) => many + (price > 0 ? 1 : 0), 0) > MOST_BINDING;

/**
 * A restricted program in HiGHS' memory. Where few capacities have a price, primal simplex goes from a basis made of
 * those prices, and then from the one before; where many do, interior points, each time anew. Dispose it.
 */
export function keptInHighs(
  highs: Highs,
  relaxation: Relaxation,
  candidates: Candidates,
  prices: Float64Array,
  dear: number,
): Restricted {
  const program = programOf(relaxation, firstColumns(candidates), dear);
  const model = modelOf(highs, program);
  const interior = manyBinding(prices);
  model.options.set({
    output_flag: false,
    random_seed: 0,
    primal_feasibility_tolerance: 1e-9,
    dual_feasibility_tolerance: 1e-9,
    ...(interior ? { solver: 'ipm' } : { solver: 'simplex', simplex_strategy: 4, presolve: 'off' }),
  });
  if (!interior) model.setBasis(crashBasis(highs, relaxation, candidates, prices));
  const dearAt = dearColumns(relaxation);
  let ran = 0; // milliseconds of all runs, which HiGHS counts together
  const run = (end: number) => {
    const began = now();
    if (Number.isFinite(end)) model.options.set('time_limit', Math.max(0, ran + end - began) / 1000);
    const result = model.run();
    ran += now() - began;
    return result;
  };
  return {
    add(columns: PairColumns) {
      const many = columns.pair.length;
      const { cost, start, rowIndex, value } = columnsOf(relaxation, columns);
      model.addCols({
        cost,
        lower: new Float64Array(many),
        upper: new Float64Array(many).fill(Number.POSITIVE_INFINITY),
        matrix: {
          format: 'csc',
          numRows: program.rows,
          numCols: many,
          starts: start,
          indices: rowIndex,
          values: value,
        },
      });
    },
    solve(end) {
      let { modelStatus } = run(end);
      if (modelStatus !== highs.constants.modelStatus.optimal && now() < end) {
        // trouble with numbers, say: once more as HiGHS thinks best
        model.options.set({ solver: 'choose', simplex_strategy: 0, presolve: 'choose' });
        ({ modelStatus } = run(end));
      }
      if (modelStatus !== highs.constants.modelStatus.optimal) return null;
      const { colValue, rowDual } = model.getSolution();
      return { shares: colValue, duals: rowDual };
    },
    setDear(dearer) {
      for (const c of dearAt) model.changeColCost(c, dearer * costScale(relaxation));
    },
    dispose: () => model.dispose(),
  };
}
