import { now } from '../budget.ts';
import type { Engine } from '../engines/engine.ts';
import { type PairColumns, programOf, type Relaxation, type Restricted } from './restricted.ts';

/** A restricted program for an engine that keeps nothing: posed anew for each solve. */
export function reposed(engine: Engine, relaxation: Relaxation, first: PairColumns, dear: number): Restricted {
  const columns = { pair: Array.from(first.pair), task: Array.from(first.task) };
  let price = dear;
  return {
    add({ pair, task }) {
      for (let c = 0; c < pair.length; c++) {
        columns.pair.push(pair[c]!);
        columns.task.push(task[c]!);
      }
    },
    solve(end) {
      const left = end - now();
      const { solution, rowDuals } = engine.solve(
        programOf(relaxation, columns, price),
        Number.isFinite(left) ? { timeLimitMs: Math.max(1, left) } : {},
      );
      return solution && rowDuals ? { shares: solution, duals: rowDuals } : null;
    },
    setDear(dearer) {
      price = dearer;
    },
    dispose() {},
  };
}
