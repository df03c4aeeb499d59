import { random } from '../model/random.ts';
import type { WindowInput } from '../model/window.ts';

/** How the jobs of a made trace arrive. */
export type Arrivals = 'poisson' | 'bursty';

export interface MadeTrace {
  readonly jobs: number; // ≥ 1
  /** Work that arrives in a second over what the cluster can do in one, both sorts of work in equal parts; > 0. */
  readonly load: number;
  readonly seed: number;
}

/** Jobs in one burst, on average. */
const BURST = 10;
/** Share of the mean time between arrivals that passes between those of one burst. */
const WITHIN = 0.02;

/** Kinds of node: speed on work of each of two sorts, and dollars per hour. */
const KINDS = [
  { kind: 'fast', dense: 4, sparse: 2, price: 2.96, count: 4 },
  { kind: 'medium', dense: 2, sparse: 1.6, price: 1.72, count: 4 },
  { kind: 'slow', dense: 0.5, sparse: 1, price: 0.54, count: 4 },
] as const;
const UNITS = 4; // of `gpu`, in each node

/**
 * A trace made by a seed, for a cluster of 12 nodes of three kinds. Durations are log-normal (median 20 minutes at speed
 * 1, σ 1.5): many short jobs, few long ones. One job in eight takes 2 units and one in sixteen 4. Half of them run eight
 * times as fast on the fast kind as on the slow one, the others twice as fast. `poisson`: independent arrivals.
 * `bursty`: bursts of ten jobs on average, geometrically distributed, at independent times.
 */
export function makeTrace(arrivals: Arrivals, { jobs, load, seed }: MadeTrace): { window: WindowInput; at: number[] } {
  const draw = random(seed);
  const tasks = Array.from({ length: jobs }, (_, i) => jobOf(i, draw));
  const [fastest] = KINDS;
  // in units of the fastest kind
  const capacity = KINDS.reduce(
    (sum, { count, dense, sparse }) => sum + (count * UNITS * (dense / fastest.dense + sparse / fastest.sparse)) / 2,
    0,
  );
  const work = tasks.reduce((sum, { demand, on }) => sum + demand.gpu! * on!.fast!.duration!, 0);
  const gap = work / jobs / (capacity * load);
  const exponential = (mean: number) => -mean * Math.log(1 - draw());
  let time = 0;
  const at = tasks.map((_, i) => {
    if (i > 0) {
      if (arrivals === 'poisson') time += exponential(gap);
      else if (draw() >= 1 / BURST) time += exponential(gap * WITHIN);
      else time += exponential(gap * (BURST - (BURST - 1) * WITHIN));
    }
    return time;
  });
  const nodes = KINDS.map(({ kind, count, price }) => ({
    id: kind,
    kind,
    count,
    capacity: { gpu: UNITS },
    price: price / 3600,
  }));
  return { window: { tasks, nodes }, at };
}

function jobOf(i: number, draw: () => number): WindowInput['tasks'][number] {
  // Box and Muller
  const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const duration = 1200 * Math.exp(1.5 * normal);
  const width = draw();
  const sort = draw() < 0.5 ? 'dense' : 'sparse';
  return {
    id: `job${i + 1}`,
    demand: { gpu: width < 1 / 16 ? 4 : width < 3 / 16 ? 2 : 1 },
    on: Object.fromEntries(KINDS.map((kind) => [kind.kind, { duration: duration / kind[sort] }])),
  };
}
