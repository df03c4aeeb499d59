import { closest } from '../model/faults.ts';
import type { WindowInput } from '../model/window.ts';
import type { Conversion, Format, ReadOptions } from './format.ts';
import { FormatError } from './format-error.ts';
import { type GavelJob, jobsOf } from './gavel-trace.ts';
import { isObject, objectOf, own } from './json.ts';
import { GPUS, GPUS_PER_NODE, SEED, TAKE } from './options.ts';
import { sample } from './sample.ts';

/**
 * Gavel's training jobs on a cluster with several kinds of GPU. A job takes `scale_factor` GPUs of one node for
 * total_steps ÷ throughput seconds, which differ by kind. Prices of nodes are in dollars per second.
 */
export const gavel: Format = {
  name: 'gavel',
  summary: 'Gavel (stanford-futuredata): training jobs whose speed depends on the kind of GPU',
  files: [
    { name: 'throughputs.json', description: 'steps per second by kind of GPU and job type' },
    { name: 'trace', description: 'jobs, tab-separated, in 10 columns (physical_cluster) or 7 (msr)' },
  ],
  options: [TAKE('jobs'), SEED, GPUS, GPUS_PER_NODE],
  read: ([throughputs = '', trace = ''], options) => readGavel(throughputs, trace, options),
};

/** Dollars per hour of one GPU. */
const PRICE_PER_HOUR: Readonly<Record<string, number>> = { v100: 0.74, p100: 0.43, k80: 0.135 };

/** What is said of a window made of all jobs at once. */
export const ARRIVALS_LEFT_OUT = 'Arrival times are left out: all jobs are in one window.';

function readGavel(throughputsText: string, traceText: string, options: ReadOptions): Conversion {
  const throughputs = objectOf(throughputsText, 'throughputs.json');
  const gpus = options.gpus ?? { v100: 36, p100: 36, k80: 36 };
  const kinds = Object.keys(gpus);
  for (const kind of kinds) {
    if (isObject(own(throughputs, kind))) continue;
    const known = Object.keys(throughputs);
    const maybe = `${closest(kind, known) ?? 'another kind'} is meant`;
    throw new FormatError(`kinds of GPU out of ${known.slice(0, 10).join(', ')}`, kind, maybe, {
      file: 'throughputs.json',
    });
  }
  const nodes = kinds.flatMap((kind) => nodesOf(kind, gpus[kind]!, options.gpusPerNode ?? 4));
  const most = new Map<string, number>(); // GPUs in the largest node of a kind
  for (const node of nodes) most.set(node.kind!, Math.max(most.get(node.kind!) ?? 0, node.capacity.gpu!));

  const tasks: WindowInput['tasks'] = [];
  const arrivals: number[] = [];
  const tooWide: string[] = [];
  const unmeasured: string[] = [];
  for (const job of sample(jobsOf(traceText), options.take, options.seed)) {
    const roomy = kinds.filter((kind) => job.gpus <= most.get(kind)!);
    const seconds = roomy.flatMap((kind): [string, number][] => {
      const rate = stepsPerSecond(throughputs, kind, job);
      return rate > 0 ? [[kind, job.steps / rate]] : [];
    });
    if (seconds.length > 0) {
      tasks.push(taskOf(job, seconds, kinds.length));
      arrivals.push(job.arrival);
    } else
      (roomy.length > 0 ? unmeasured : tooWide).push(
        `${job.id} (${job.type}, ${job.gpus} GPU${job.gpus === 1 ? '' : 's'})`,
      );
  }
  const notes = [ARRIVALS_LEFT_OUT];
  const leftOut = (jobs: string[], why: string) => {
    if (jobs.length > 0) notes.push(`Left out, as they ${why} (${jobs.length}): ${jobs.join('; ')}.`);
  };
  leftOut(tooWide, 'need more GPUs than one node has');
  leftOut(unmeasured, 'run on no kind of GPU here, their throughput being 0 or not measured');
  const unpriced = kinds.filter((kind) => !Object.hasOwn(PRICE_PER_HOUR, kind));
  if (unpriced.length > 0) notes.push(`No price is known for ${unpriced.join(', ')}.`);
  return { window: { nodes, tasks }, notes, arrivals };
}

/** Nodes of `perNode` GPUs each, and a smaller one for the GPUs that are left over. */
function nodesOf(kind: string, gpus: number, perNode: number): WindowInput['nodes'] {
  const node = (id: string, count: number, gpu: number) => ({
    id,
    kind,
    count,
    capacity: { gpu },
    ...(Object.hasOwn(PRICE_PER_HOUR, kind) && { price: (PRICE_PER_HOUR[kind]! * gpu) / 3600 }),
  });
  const full = Math.floor(gpus / perNode);
  const left = gpus % perNode;
  return [...(full > 0 ? [node(kind, full, perNode)] : []), ...(left > 0 ? [node(`${kind}-rest`, 1, left)] : [])];
}

/** Steps per second of a job that has its GPUs to itself; 0 when it was not measured or can not run. */
function stepsPerSecond(throughputs: Readonly<Record<string, unknown>>, kind: string, job: GavelJob): number {
  const types = throughputs[kind] as Readonly<Record<string, unknown>>;
  const entry = own(types, `('${job.type}', ${job.gpus})`);
  const rate = isObject(entry) ? own(entry, 'null') : undefined;
  return typeof rate === 'number' ? rate : 0;
}

/** `seconds` by kind of GPU, for those on which it runs. */
function taskOf(job: GavelJob, seconds: readonly [string, number][], kinds: number): WindowInput['tasks'][number] {
  return {
    id: job.id,
    demand: { gpu: job.gpus },
    on: Object.fromEntries(seconds.map(([kind, duration]) => [kind, { duration }])),
    ...(seconds.length < kinds && { requires: { kind: seconds.map(([kind]) => kind) } }),
    ...(job.weight !== 1 && { weight: job.weight }),
  };
}
