// A process in which one contender lives: loads it, warms it up, then runs one case after the other as it is told.

import { clusterWindow } from '../bench/generate.mjs';
import { readyWindow } from '../dist/model/parse.js';
import type { WindowInput } from '../dist/model/window.js';
import type { Contender } from './contender.ts';
import { peerContender } from './peer-contender.ts';
import { loadPeer } from './peers/peers.ts';
import { placewright } from './placewright.ts';
import { type CaseOptions, caseNamed } from './suites.ts';

/** What the process is asked to run. */
export interface Job {
  readonly case: string;
  readonly options: CaseOptions;
  readonly seconds: number;
  readonly seed: number;
}

const [name, warmUpSeconds] = process.argv.slice(2);
const contender = await load(name!);
if (contender) await warmUp(contender, Number(warmUpSeconds));
process.on('message', async (job: Job) => {
  const { window, everything } = caseNamed(job.case, job.options);
  const before = process.cpuUsage();
  const outcome = await contender!.run({ ...job, window: ready(window()), everything });
  const { user, system } = process.cpuUsage(before);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.send!({ outcome, cpuMs: (user + system) / 1000, peakMb });
});
process.on('disconnect', () => process.exit());
process.send!({ version: contender?.version ?? null });

async function load(name: string): Promise<Contender | null> {
  if (name === 'placewright') return placewright();
  const found = await loadPeer(name);
  return found && peerContender(found.peer, found.version);
}

/**
 * Solves one small window until that gets no faster: V8 compiles large WebAssembly modules while they run, which takes
 * CP-SAT's first solve five seconds of two threads.
 */
async function warmUp(contender: Contender, seconds: number): Promise<void> {
  const window = ready(clusterWindow({ tasks: 25, nodes: 6, kinds: 4, load: 0.8, seed: 1 }));
  const started = performance.now();
  let last = Number.POSITIVE_INFINITY;
  for (let round = 0; performance.now() - started < 1000 * seconds; round++) {
    const outcome = await contender.run({ window, seconds: 5, seed: 1, everything: true });
    if (!outcome || (round > 1 && outcome.ms > 0.8 * last)) return;
    last = outcome.ms;
  }
}

function ready(raw: WindowInput) {
  const parsed = readyWindow(raw);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.value;
}
