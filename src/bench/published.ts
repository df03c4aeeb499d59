import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadOptions } from '../formats/format.ts';
import { convert, formatOf } from '../formats/formats.ts';
import type { WindowInput } from '../model/window.ts';
import { type Case, type CaseOptions, longest, type Measure } from './case.ts';
import { bySeeds } from './generated.ts';

/** A window read from files of another format. */
const read = (format: string, files: readonly string[], options: ReadOptions = {}): WindowInput =>
  convert(
    formatOf(format),
    files.map((file) => readFileSync(file, 'utf8')),
    options,
  ).window;

/** Files of a folder in the order of their numbers; none where it is not there. */
const filesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true })) : [];

/** What is known of published windows: lines of NAME, …, with a bound and a best cost in these columns. */
const knownValues = (file: string, bound: number, best: number): Map<string, NonNullable<Case['known']>> =>
  new Map(
    (existsSync(file) ? readFileSync(file, 'utf8') : '')
      .trim()
      .split('\n')
      .map((line) => line.split(','))
      .filter((cells) => Number(cells[bound]) > 0 && Number(cells[best]) > 0)
      .map((cells) => [cells[0]!, { bound: Number(cells[bound]), best: Number(cells[best]) }]),
  );

/**
 * Published generalized assignment problems, with their known values; none where the folder is not there. Files that
 * share a name but for what follows the last hyphen are seeds of one kind.
 */
export function assignmentProblems(
  { data, seeds }: CaseOptions,
  folder: string,
  groupOf: (file: string) => string,
  measure: Measure,
): Case[] {
  const root = join(data, 'gap');
  const files = filesIn(join(root, folder));
  if (files.length === 0) return [];
  const known = knownValues(join(root, 'known-values.csv'), 3, 4);
  const taken = new Map<string, number>();
  return files.flatMap((file) => {
    const kind = file.replace(/-\d+$/, '');
    taken.set(kind, 1 + (taken.get(kind) ?? 0));
    if (seeds !== null && taken.get(kind)! > seeds) return [];
    const group = `${groupOf(file)} ${longest(measure)}`;
    const path = `${folder}/${file}`;
    const window = () => read('gap', [join(root, path)]);
    return [{ ...measure, group, name: `${group} ${file}`, window, known: known.get(path) ?? null }];
  });
}

/** Pods of the Alibaba GPU trace of 2023 on some of its nodes, both drawn by seed. */
export function alibabaPods(options: CaseOptions, many: number, pods: number, nodes: number, measure: Measure): Case[] {
  const folder = join(options.data, 'alibaba-gpu-2023');
  if (!existsSync(folder)) return [];
  const files = ['nodes.csv', 'pods.csv'].map((file) => join(folder, file));
  const window = (seed: number) => read('alibaba', files, { take: pods, nodes, seed });
  return bySeeds(options, many, `${pods} pods on ${nodes}`, window, measure);
}

/** Jobs of Gavel's trace of a Microsoft cluster, drawn by seed, on nodes of four GPUs. */
export function gavelJobs(options: CaseOptions, many: number, jobs: number, gpus: number, measure: Measure): Case[] {
  const folder = join(options.data, 'gavel');
  const trace = filesIn(folder).find((file) => file.startsWith('msr-'));
  if (trace === undefined) return [];
  const files = ['throughputs.json', trace].map((file) => join(folder, file));
  const window = (seed: number) =>
    read('gavel', files, { take: jobs, seed, gpus: { v100: gpus, p100: gpus, k80: gpus } });
  return bySeeds(options, many, `${jobs} jobs on 3x${gpus} GPUs`, window, measure);
}

/** Cloud balancing of Timefold: the cheapest computers that run all processes, with what `reference.csv` knows of them. */
export function cloudBalancing({ data, quick }: CaseOptions, measure: Measure): Case[] {
  const folder = join(data, 'cloud-balancing');
  const files = filesIn(folder).filter((file) => file.endsWith('processes.json'));
  const known = knownValues(join(folder, 'reference.csv'), 4, 5);
  return (quick ? files.slice(0, 3) : files).map((file) => ({
    ...measure,
    group: `${file.replace('.json', '')} ${longest(measure)}`,
    name: `${file.replace('.json', '')} ${longest(measure)}`,
    window: () => read('cloud-balancing', [join(folder, file)]),
    known: known.get(file.replace('.json', '')) ?? null,
  }));
}
