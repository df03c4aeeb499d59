import { random } from '../../model/random.ts';
import type { WindowInput } from '../../model/window.ts';
import { now } from '../../solver/budget.ts';
import { type OperateOptions, operate } from './operations.ts';

/** Windows that a thread solves for itself before its first request, and milliseconds after which it takes no more of them. */
const WINDOWS = 9;
const MOST_MS = 2000;
/** Milliseconds for each: the last few take all of it, so that other threads get to work, too. */
const DEADLINE_MS = 60;
const THOROUGH = 3;
/** Tasks, nodes and kinds of nodes: windows as large as any that is promised an answer within 50 ms. */
const TASKS = 1000;
const NODES = 100;
const KINDS = 20;

/**
 * Sends small windows through everything that requests go through, from text to bytes: by kind and with a matrix, whole
 * and divisible. V8 runs new code ten times slower than code it has compiled, which a first request would feel.
 */
export async function warmUp(options: OperateOptions): Promise<void> {
  const until = now() + MOST_MS;
  for (let seed = 0; seed < WINDOWS && now() < until; seed++) {
    const started = now();
    const reply = await operate('placements', JSON.stringify(exampleWindow(seed)), { ...options, started });
    const text = JSON.stringify(reply.document);
    if (reply.status !== 200) throw new Error(`a window of our own was refused: ${text.slice(0, 300)}`);
    new TextEncoder().encode(text);
  }
}

/** A made-up window of two resources, nine tenths full. */
function exampleWindow(seed: number): WindowInput {
  const next = random(seed);
  const between = (low: number, high: number) => low + next() * (high - low);
  const nodes = Array.from({ length: NODES }, (_, j) => ({
    id: `n${j}`,
    kind: `k${j % KINDS}`,
    speed: 1 + (j % KINDS) / 4,
    capacity: { cpu: TASKS / NODES / 0.9, memory: TASKS / NODES / 0.9 },
  }));
  const tasks = Array.from({ length: TASKS }, (_, i) => ({
    id: `t${i}`,
    duration: between(10, 100),
    demand: { cpu: between(0.5, 1.5), memory: between(0.5, 1.5) },
    on: Object.fromEntries(Array.from({ length: KINDS }, (_, kind) => [`k${kind}`, { duration: between(10, 100) }])),
  }));
  const times = tasks.map(() => nodes.map(() => between(10, 100)));
  return {
    tasks,
    nodes,
    deadlineMs: DEADLINE_MS,
    gap: seed < WINDOWS - THOROUGH ? 1 : 0, // any bound will do, or none
    mode: seed % 3 === 2 ? 'divisible' : 'integral',
    ...(seed % 3 === 1 ? { times } : {}),
  };
}
