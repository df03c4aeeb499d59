import type { WindowInput } from '../model/window.ts';
import { type Case, type CaseOptions, longest, type Measure } from './case.ts';
import { type Cluster, clusterWindow } from './cluster-window.ts';

/** Windows of one kind, by seeds. */
export function bySeeds(
  { seeds, first }: CaseOptions,
  many: number,
  words: string,
  window: (seed: number) => WindowInput,
  measure: Measure,
): Case[] {
  const group = `${words} ${longest(measure)}`;
  return Array.from({ length: seeds ?? many }, (_, s) => ({
    ...measure,
    group,
    name: `${group} seed ${first + s}`,
    window: () => window(first + s),
    known: null,
  }));
}

/** Windows of {@link clusterWindow}, by seeds. */
export function clusters(options: CaseOptions, many: number, cluster: Omit<Cluster, 'seed'>, measure: Measure): Case[] {
  const { tasks, nodes, load, copies, lattice, noise, jitter, matrix } = cluster;
  const words = [
    copies ? `${copies} copies in ${tasks} on ${nodes}` : `${tasks}x${nodes}`,
    ...(lattice ? ['lattice'] : []),
    ...(noise === 'kind' ? [matrix ? 'by kind, a matrix' : 'by kind'] : []),
    ...(jitter ? ['capacities differ'] : []),
    `load ${load}`,
  ];
  return bySeeds(options, many, words.join(' '), (seed) => clusterWindow({ ...cluster, seed }), measure);
}

export const divisible = (cases: readonly Case[]): Case[] =>
  cases.map((one) => ({ ...one, fresh: true, window: () => ({ ...one.window(), mode: 'divisible' }) }));
