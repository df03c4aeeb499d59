// How well deadlines hold: 300 requests of 300 tasks × 40 nodes, two at a time, measured at the client.
//   npm run build && node bench/deadlines.mjs [REQUESTS] [TASKS] [NODES]
//   node bench/deadlines.mjs --sizes [REQUESTS] [NAME]     windows of all sizes, one at a time, 5 requests for each deadline
// Prints for each deadline how late the answers were (last byte of the request sent → last byte of the answer read,
// less the deadline), whether every answer passed the verifier, and whether any heuristic beat it. Answers are judged once
// all of them are in: what the client computes between two requests would make the others look late.
import { fork } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { compareScores, scoreOf } from '../dist/model/assignment.js';
import { buildInstance } from '../dist/model/instance.js';
import { validateWindow } from '../dist/model/validate.js';
import { verify } from '../dist/model/verifier.js';
import { clusterWindow } from './generate.mjs';

/** Windows of all sizes by name, with the deadlines in milliseconds that they are sent with. */
const SIZES = {
  '100x20': [{ tasks: 100, nodes: 20, kinds: 4 }, [50, 200]],
  '500x50': [{ tasks: 500, nodes: 50, kinds: 50 }, [50, 1000]],
  '1000x100': [{ tasks: 1000, nodes: 100, kinds: 20, noise: 'kind' }, [50, 1000]],
  '5000x500': [{ tasks: 5000, nodes: 500, kinds: 20, noise: 'kind', jitter: 0.2 }, [500, 2000, 5000]],
  '5000x500 dense': [{ tasks: 5000, nodes: 500, kinds: 500 }, [2000, 5000]],
  '10000x1000': [{ tasks: 10_000, nodes: 1000, kinds: 20, noise: 'kind', jitter: 0.2 }, [2000, 10_000]],
  '10000x1000 dense': [{ tasks: 10_000, nodes: 1000, kinds: 1000 }, [5000, 10_000]],
  '100000 copies': [
    { tasks: 200, copies: 100_000, nodes: 10_000, kinds: 20, noise: 'kind', folded: true },
    [2000, 5000, 10_000],
  ],
};

if (process.argv[2] === '--server') {
  const { startServer } = await import('../dist/api/server.js');
  const { url, desk } = await startServer({ port: 0, logLevel: 'silent' });
  // those that still warm up would take the cores of those that are measured
  while (!desk.figures.planners.every(({ isReady }) => isReady))
    await new Promise((resolve) => setTimeout(resolve, 50));
  process.send(url);
} else if (process.argv[2] === '--sizes') {
  await ofAllSizes(Number(process.argv[3] ?? 5), process.argv[4] ?? '');
} else {
  await main();
}

/** A service in a process of its own, and how to ask it. */
async function service() {
  const server = fork(fileURLToPath(import.meta.url), ['--server']);
  const url = await new Promise((ready) => server.once('message', ready));
  const place = async (body, deadlineMs) => {
    const { status, bytes, ms } = await post(`${url}/v1/placements`, body);
    return { late: ms - deadlineMs, bytes, status, sent: body.length, received: bytes.length };
  };
  return { server, place };
}

function bodyOf(window, deadlineMs) {
  return Buffer.from(JSON.stringify({ ...window, deadlineMs }));
}

/** Posts a body; `ms` is from its last byte sent to the last byte of the answer read. */
function post(url, body) {
  return new Promise((answered, failed) => {
    let sent = 0;
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const sending = request(url, { method: 'POST', headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const ms = performance.now() - sent;
        answered({ status: response.statusCode, bytes: Buffer.concat(chunks), ms });
      });
    });
    sending.on('error', failed);
    sending.end(body, () => {
      sent = performance.now();
    });
  });
}

async function ofAllSizes(requests, wanted) {
  for (const [name, [cluster, deadlines]] of Object.entries(SIZES).filter(([name]) => name.startsWith(wanted))) {
    const windows = [0.8, 0.9].map((load, k) => inTenths(clusterWindow({ ...cluster, load, seed: 100 + k })));
    const best = windows.map(bestHeuristic);
    const { server, place } = await service();
    for (const deadlineMs of deadlines) {
      const bodies = windows.map((window) => bodyOf(window, deadlineMs));
      const replies = [];
      for (let k = 0; k < requests; k++) replies.push({ w: k % 2, ...(await place(bodies[k % 2], deadlineMs)) });
      const { late, gaps, faults } = judged(replies, windows, best);
      const { sent, received } = replies.at(-1);
      const size = `${(sent / 1e6).toFixed(1)} MB sent, ${(received / 1e6).toFixed(1)} received`;
      console.log(
        `${name}, ${deadlineMs} ms: late median ${late[late.length >> 1].toFixed(1)}, worst ${late.at(-1).toFixed(1)}; gap median ${(100 * gaps[gaps.length >> 1]).toFixed(3)} %; ${size}; ${faults.length} faults ${faults.slice(0, 3).join('; ')}`,
      );
    }
    server.kill();
  }
}

/** A window with its times in tenths of seconds: ten million of them are then less than the 64 MB that a body may have. */
function inTenths(window) {
  const tenths = (row) => row.map((time) => Math.round(10 * time) / 10);
  return { ...window, ...(window.times && { times: window.times.map(tenths) }) };
}

async function main() {
  const [requests = 300, tasks = 300, nodes = 40] = process.argv.slice(2).map(Number);
  const { server, place } = await service();
  const windows = Array.from({ length: 12 }, (_, seed) =>
    clusterWindow({ tasks, nodes, kinds: 4, load: seed % 2 ? 0.9 : 0.8, seed: 100 + seed }),
  );
  const best = windows.map(bestHeuristic);
  for (let k = 0; k < 20; k++) await place(bodyOf(windows[k % windows.length], 100), 100);
  console.log(
    `${requests} requests for each deadline, ${tasks} × ${nodes}, 2 at a time; milliseconds after the deadline`,
  );
  for (const deadlineMs of [20, 50, 100, 500]) {
    const bodies = windows.map((window) => bodyOf(window, deadlineMs));
    const replies = [];
    let next = 0;
    const lane = async () => {
      while (next < requests) {
        const w = next++ % windows.length;
        replies.push({ w, ...(await place(bodies[w], deadlineMs)) });
      }
    };
    await Promise.all([lane(), lane()]);
    const { late, gaps, faults } = judged(replies, windows, best);
    const gap = gaps.reduce((sum, each) => sum + each, 0) / gaps.length;
    const at = (share) => late[Math.min(late.length - 1, Math.floor(share * late.length))].toFixed(1);
    console.log(
      `${String(deadlineMs).padStart(4)} ms: median ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, worst ${at(1)}; mean gap ${(100 * gap).toFixed(2)} %; ${faults.length} faults ${faults.slice(0, 3).join('; ')}`,
    );
  }
  server.kill();
}

/** Lateness and gaps in ascending order, and what is wrong with the answers to the windows `w`. */
function judged(replies, windows, best) {
  const ascending = (a, b) => a - b;
  const gaps = [];
  const faults = [];
  for (const { w, status, bytes } of replies) {
    const answer = JSON.parse(bytes.toString('utf8'));
    if (status !== 200) faults.push(`status ${status} ${answer.detail}`);
    else {
      gaps.push(answer.gap ?? 1);
      faults.push(...faultsOf(windows[w], answer, best[w]));
    }
  }
  return { late: replies.map(({ late }) => late).sort(ascending), gaps: gaps.sort(ascending), faults };
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
