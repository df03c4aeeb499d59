// Where GLPK stops being the engine of choice: time to a proof by size, GLPK and HiGHS in turn on the same programs.
//   npm run build && node bench/engines.mjs [SEEDS]
// The figures of docs/architecture.md and the thresholds of src/solver/choose-engine.ts come from here.
import { buildInstance, unfoldedPairs } from '../dist/model/instance.js';
import { validateWindow } from '../dist/model/validate.js';
import { loadEngine } from '../dist/solver/engines/engines.js';
import { formulate } from '../dist/solver/formulation.js';
import { clusterWindow } from './generate.mjs';

const seeds = Number(process.argv[2] ?? 5);
const limit = 20_000;
const engines = [await loadEngine('glpk'), await loadEngine('highs')];
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function row(tasks, nodes, integer) {
  const times = engines.map(() => []);
  const solved = [0, 0];
  let columns = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const window = clusterWindow({ tasks, nodes, kinds: 4, load: seed % 2 ? 0.8 : 0.9, seed });
    const instance = buildInstance(validateWindow(window).window);
    const { program } = formulate(instance, { tier: null, held: [0] }, integer);
    columns = integer ? unfoldedPairs(instance) : program.columns;
    engines.forEach((engine, e) => {
      const started = performance.now();
      const { truth } = engine.solve(program, { timeLimitMs: limit });
      times[e].push(performance.now() - started);
      if (truth === 'optimal' || truth === 'infeasible') solved[e]++;
    });
  }
  const cell = (e) => `${median(times[e]).toFixed(0).padStart(6)} ms ${solved[e]}/${seeds}`;
  console.log(
    `| ${integer ? 'ILP' : 'LP '} | ${`${tasks}×${nodes}`.padEnd(7)} | ${String(columns).padStart(6)} | ${cell(0)} | ${cell(1)} |`,
  );
}

console.log('|     | window  | columns | glpk, median, proven | highs, median, proven |');
console.log('|---|---|---|---|---|');
for (const [tasks, nodes] of [
  [8, 4],
  [10, 5],
  [15, 5],
  [20, 5],
  [20, 8],
  [25, 8],
  [30, 6],
  [30, 10],
])
  row(tasks, nodes, true);
for (const [tasks, nodes] of [
  [20, 5],
  [50, 10],
  [100, 20],
  [150, 20],
  [200, 20],
  [200, 50],
])
  row(tasks, nodes, false);
