// Consolidation: which nodes of a running cluster can be switched off, beside HiGHS alone on the plain program.
//   npm run build && node bench/consolidate.mjs [--ours 10,30] [--highs 60] [--seeds 1,2,3,4] [--tasks 300] [--nodes 60]
//     [--load 0.55] [--equal]
// Prints for each window and contender its cost and bound, the nodes freed (they held something and hold nothing), the
// moves, and what is wrong with making them one after the other, replayed from the window alone.
import { parseArgs } from 'node:util';
import { buildInstance, nodeName } from '../dist/model/instance.js';
import { planMoves } from '../dist/model/moves.js';
import { replay } from '../dist/model/replay.js';
import { validateWindow } from '../dist/model/validate.js';
import { verify } from '../dist/model/verifier.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { formulate, placementsOf } from '../dist/solver/formulation.js';
import { solve } from '../dist/solver/solve.js';
import { runningCluster } from './generate-rules.mjs';

const text = (/** @type {string} */ value) => /** @type {const} */ ({ type: 'string', default: value });
const { values } = parseArgs({
  options: {
    ours: text('10,30'),
    highs: text('60'),
    seeds: text('1,2,3,4'),
    tasks: text('300'),
    nodes: text('60'),
    load: text('0.55'),
    equal: { type: 'boolean', default: false },
  },
});
const numbers = (/** @type {string} */ list) => list.split(',').filter(Boolean).map(Number);

/** @typedef {import('../dist/model/window.js').Window} Window */
/** @typedef {{ bound: number | null, plan: import('../dist/model/verifier.js').PlanLine[] | null }} Found */

const engines = new EnginePool({ ready: 2, threads: 3, searchers: 1, warm: ['glpk', 'highs'] });
for (const seed of numbers(values.seeds)) {
  const cluster = runningCluster({ tasks: +values.tasks, nodes: +values.nodes, load: +values.load, seed });
  // with equal costs the least cost frees the most nodes
  if (values.equal) cluster.nodes = cluster.nodes.map((node) => ({ ...node, openCost: 20 }));
  const valid = validateWindow(cluster);
  if (!valid.ok) throw new Error(JSON.stringify(valid));
  for (const seconds of numbers(values.ours))
    report(`ours ${seconds} s`, valid.window, await ours(valid.window, seconds));
  for (const seconds of numbers(values.highs))
    report(`highs ${seconds} s`, valid.window, await highs(valid.window, seconds));
}
await engines.close();

/** @returns {Promise<Found>} */
async function ours(/** @type {Window} */ window, /** @type {number} */ seconds) {
  const { bound, assignments } = await solve({ ...window, deadlineMs: 1000 * seconds }, { engines });
  await engines.whenIdle();
  return { bound, plan: assignments.map(({ task, node, copies }) => ({ task, node, copies })) };
}

/** HiGHS alone, without a start, on the program that has everything placed. @returns {Promise<Found>} */
async function highs(/** @type {Window} */ window, /** @type {number} */ seconds) {
  const instance = buildInstance(window);
  const formulation = formulate(instance, { tier: null, held: instance.tiers.map(() => 0) }, true);
  const { outcome } = await engines.run({
    engine: 'highs',
    program: formulation.program,
    limits: { timeLimitMs: 1000 * seconds },
    endAfterMs: 1000 * seconds + 10_000,
  });
  const { bound, solution } = outcome;
  const plan = solution && placementsOf(instance, formulation, solution);
  return {
    bound: bound === null ? null : bound / formulation.costScale,
    plan: plan?.map(({ task, copy, amount }) => ({
      task: window.tasks[task].id,
      node: nodeName(instance, copy),
      copies: amount,
    })),
  };
}

function report(/** @type {string} */ name, /** @type {Window} */ window, /** @type {Found} */ { bound, plan }) {
  const begin = `${window.name}: ${name.padEnd(11)}`;
  if (!plan) return console.log(`${begin} found nothing, bound ${bound?.toFixed(1)}`);
  const { objective, breaches } = verify(window, plan);
  const { moves, movesOrdered, nodesFreed } = planMoves(window, plan);
  const wrong = breaches.length > 0 ? breaches[0] : movesOrdered ? replay(window, plan, moves) : 'no order';
  console.log(
    `${begin} cost ${objective.toFixed(1)}, bound ${bound?.toFixed(1)}, ${nodesFreed.length} nodes freed,`,
    `${moves.length} moves, ${wrong === null ? 'each fits' : `wrong: ${JSON.stringify(wrong)}`}`,
  );
}
