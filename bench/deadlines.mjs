// How well deadlines hold: 300 requests of 300 tasks × 40 nodes, two at a time, measured at the client.
//   npm run build && node bench/deadlines.mjs [REQUESTS] [TASKS] [NODES]
// Prints for each deadline how late the answers were (last byte of the request sent → last byte of the answer read,
// less the deadline), whether every answer passed the verifier, and whether any heuristic beat it.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { compareScores, scoreOf } from '../dist/model/assignment.js';
import { buildInstance } from '../dist/model/instance.js';
import { validateWindow } from '../dist/model/validate.js';
import { verify } from '../dist/model/verifier.js';
import { clusterWindow } from './generate.mjs';

if (process.argv[2] === '--server') {
  const { startServer } = await import('../dist/api/server.js');
  const { url } = await startServer({ host: '127.0.0.1', port: 0 });
  process.send(url);
} else {
  await main();
}

async function main() {
  const [requests = 300, tasks = 300, nodes = 40] = process.argv.slice(2).map(Number);
  const server = fork(fileURLToPath(import.meta.url), ['--server']);
  const url = await new Promise((ready) => server.once('message', ready));
  const windows = Array.from({ length: 12 }, (_, seed) =>
    clusterWindow({ tasks, nodes, kinds: 4, load: seed % 2 ? 0.9 : 0.8, seed: 100 + seed }),
  );
  const best = windows.map(bestHeuristic);
  const place = async (window, deadlineMs) => {
    const body = JSON.stringify({ ...window, deadlineMs });
    const started = performance.now();
    const response = await fetch(`${url}/v1/placements`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const text = await response.text();
    return { late: performance.now() - started - deadlineMs, answer: JSON.parse(text), status: response.status };
  };
  for (let k = 0; k < 20; k++) await place(windows[k % windows.length], 100);
  console.log(
    `${requests} requests for each deadline, ${tasks} × ${nodes}, 2 at a time; milliseconds after the deadline`,
  );
  for (const deadlineMs of [20, 50, 100, 500]) {
    const late = [];
    const faults = [];
    let gaps = 0;
    let next = 0;
    const worker = async () => {
      while (next < requests) {
        const w = next++ % windows.length;
        const { late: ms, answer, status } = await place(windows[w], deadlineMs);
        late.push(ms);
        if (status !== 200) faults.push(`status ${status}`);
        else {
          gaps += answer.gap ?? 1;
          faults.push(...faultsOf(windows[w], answer, best[w]));
        }
      }
    };
    await Promise.all([worker(), worker()]);
    late.sort((a, b) => a - b);
    const at = (share) => late[Math.min(late.length - 1, Math.floor(share * late.length))].toFixed(1);
    console.log(
      `${String(deadlineMs).padStart(4)} ms: median ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, worst ${at(1)}; mean gap ${((100 * gaps) / requests).toFixed(2)} %; ${faults.length} faults ${faults.slice(0, 3).join('; ')}`,
    );
  }
  server.kill();
}

function bestHeuristic(window) {
  const instance = buildInstance(validateWindow(window).window);
  return [...HEURISTICS.values()]
    .map((heuristic) => scoreOf(instance, heuristic.place(instance).assignment))
    .sort(compareScores)[0];
}

function faultsOf(window, answer, best) {
  const verdict = verify(validateWindow(window).window, answer.assignments);
  const faults = verdict.breaches.map(({ detail }) => detail);
  const score = { unplaced: Float64Array.from(verdict.unplaced, ({ copies }) => copies), cost: verdict.objective };
  if (compareScores(score, best) > 1e-9 * best.cost)
    faults.push(`a heuristic does better: ${best.cost} against ${score.cost}`);
  if (!answer.certificate) faults.push('no certificate');
  return faults;
}
