import type { WindowInput } from '../model/window.ts';
import type { Conversion, Format, ReadOptions } from './format.ts';
import { NODES, SEED, TAKE } from './options.ts';
import { sample } from './sample.ts';
import { type Row, rowsOf } from './table.ts';

/**
 * Alibaba's cluster-trace-gpu-v2023. Units of the window: cpu in cores, memory in GiB, gpu in whole GPUs. The shares
 * that pods take of single GPUs are pooled per node, so the window does not know on which GPU of a node a share lies.
 */
export const alibaba: Format = {
  name: 'alibaba',
  summary: 'Alibaba cluster-trace-gpu-v2023: pods with shares of GPUs on nodes with GPU models',
  files: [
    { name: 'nodes.csv', description: 'sn, cpu_milli, memory_mib, gpu, model' },
    { name: 'pods.csv', description: 'name, cpu_milli, memory_mib, num_gpu, gpu_milli, gpu_spec, …' },
  ],
  options: [TAKE('pods'), NODES, SEED],
  read: ([nodes = '', pods = ''], options) => readAlibaba(nodes, pods, options),
};

const NODE_COLUMNS = ['sn', 'cpu_milli', 'memory_mib', 'gpu', 'model'];
const POD_COLUMNS = [
  'name',
  'cpu_milli',
  'memory_mib',
  'num_gpu',
  'gpu_milli',
  'gpu_spec',
  'creation_time',
  'deletion_time',
  'scheduled_time',
];

function readAlibaba(nodesText: string, podsText: string, options: ReadOptions): Conversion {
  const allNodes = rowsOf(nodesText, NODE_COLUMNS, 'nodes.csv');
  const allPods = rowsOf(podsText, POD_COLUMNS, 'pods.csv');
  // two streams, so that the choice of pods stays the same whatever the number of nodes
  const nodes = sample(allNodes, options.nodes, options.seed);
  const pods = sample(allPods, options.take, options.seed === undefined ? undefined : options.seed + 1);
  const notes = ['GPU shares are pooled per node: two shares of 0.6 count as 1.2 GPUs, wherever on the node they lie.'];
  const lasting = pods.filter((pod) => secondsOf(pod) === undefined).length;
  if (lasting > 0)
    notes.push(`${lasting} of ${pods.length} pods were not deleted after they started: their duration is left out.`);
  return { window: { nodes: nodes.map(nodeOf), tasks: pods.map(taskOf) }, notes };
}

/** Amounts above 0, in cores, GiB and GPUs. */
function amountsOf(row: Row, gpus: number): Record<string, number> {
  const amounts = { cpu: row.amount('cpu_milli') / 1000, memory: row.amount('memory_mib') / 1024, gpu: gpus };
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount > 0));
}

function nodeOf(row: Row): WindowInput['nodes'][number] {
  const gpus = row.amount('gpu');
  const model = gpus > 0 ? row.text('model').trim() : '';
  return {
    id: row.text('sn'),
    kind: gpus > 0 ? model || 'gpu' : 'cpu',
    capacity: amountsOf(row, gpus),
    ...(model !== '' && { labels: { gpu: model } }),
  };
}

function taskOf(row: Row): WindowInput['tasks'][number] {
  const duration = secondsOf(row);
  const models = [
    ...new Set(
      row
        .text('gpu_spec')
        .split('|')
        .map((model) => model.trim()),
    ),
  ].filter((model) => model !== '');
  return {
    id: row.text('name'),
    demand: amountsOf(row, (row.amount('num_gpu') * row.amount('gpu_milli')) / 1000),
    ...(duration !== undefined && { duration }),
    ...(models.length > 0 && { requires: { gpu: models } }),
  };
}

/** Seconds from the pod's start, or its creation when it was never scheduled, to its deletion; undefined when not above 0. */
function secondsOf(row: Row): number | undefined {
  if (row.text('deletion_time').trim() === '') return undefined;
  const begin = row.text('scheduled_time').trim() === '' ? 'creation_time' : 'scheduled_time';
  const seconds = row.amount('deletion_time') - row.amount(begin);
  return seconds > 0 ? seconds : undefined;
}
