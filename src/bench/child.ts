// A process in which one contender lives: loads it, warms it up, then runs one case after the other as it is told.

import { HEURISTICS } from '../heuristics/heuristics.ts';
import { readyWindow } from '../model/parse.ts';
import type { WindowInput } from '../model/window.ts';
import type { CaseOptions } from './case.ts';
import { clusterWindow } from './cluster-window.ts';
import { type Contender, OURS } from './contender.ts';
import { windowIn } from './folder.ts';
import { peerContender } from './peer-contender.ts';
import { loadPeer } from './peers/peers.ts';
import { placewright } from './placewright.ts';
import { rulesOfThumb } from './rules-of-thumb.ts';
import { caseNamed } from './suites.ts';

/** What the process is asked to run. */
export interface Job {
  readonly contender: string;
  readonly case: string;
  readonly file: string | null; // a user's own window
  readonly everything: boolean;
  readonly options: CaseOptions;
  readonly seconds: number;
  readonly seed: number;
}

const [name, warmUpSeconds] = process.argv.slice(2);
const contender = await load(name!);
if (contender) await warmUp(contender, Number(warmUpSeconds));
process.on('message', async (job: Job) => {
  const raw = job.file === null ? caseNamed(job.case, job.options).window() : windowIn(job.file);
  await contender!.settled?.();
  const before = process.cpuUsage();
  const outcome = await contender!.run({ ...job, window: ready(raw) });
  const { user, system } = process.cpuUsage(before);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.send!({ outcome, cpuMs: (user + system) / 1000, peakMb });
});
process.on('disconnect', () => process.exit());
process.send!({ version: contender?.version ?? null });

async function load(name: string): Promise<Contender | null> {
  if (name === OURS) return placewright();
  if (name === 'heuristics') return rulesOfThumb;
  const found = await loadPeer(name);
  return found && peerContender(found.peer, found.version);
}

/**
 * Solves one small window, whole and divisible, until that gets no faster: V8 compiles large WebAssembly modules while
 * they run, which takes CP-SAT's first solve five seconds of two threads.
 */
async function warmUp(contender: Contender, seconds: number): Promise<void> {
  const raw = clusterWindow({ tasks: 25, nodes: 6, kinds: 4, load: 0.8, seed: 1 });
  const windows = [ready(raw), ready({ ...raw, mode: 'divisible' })];
  const started = performance.now();
  let last = Number.POSITIVE_INFINITY;
  for (let round = 0; performance.now() - started < 1000 * seconds; round++) {
    const begun = performance.now();
    for (const window of windows)
      for (const one of name === 'heuristics' ? HEURISTICS.keys() : [name!])
        await contender.run({ contender: one, window, seconds: 5, seed: 1, everything: true });
    const took = performance.now() - begun;
    if (round > 1 && took > 0.8 * last) return;
    last = took;
  }
}

function ready(raw: WindowInput) {
  const parsed = readyWindow(raw);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.value;
}
