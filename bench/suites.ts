import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterWindow } from '../bench/generate.mjs';
import { convert, formatOf } from '../dist/formats/formats.js';
import type { WindowInput } from '../dist/model/window.js';

/** One window and what is measured on it. */
export interface Case {
  readonly name: string; // SUITE/GROUP … seed S
  readonly group: string; // cases whose figures are summed up together
  readonly window: () => WindowInput;
  readonly everything: boolean; // peers must place everything
  readonly ours: { readonly seconds: number; readonly seeds: number }; // search seeds 1 … seeds
  readonly peers: { readonly seconds: number; readonly names: readonly string[] };
  readonly known: { readonly best: number; readonly bound: number } | null; // published
  readonly fresh: boolean; // a new process for each group, so that its memory is the group's
}

export interface CaseOptions {
  readonly seeds: number | null; // windows of each size and load; null: as many as the suite has
  readonly first: number; // seed of the first
  readonly data: string; // folder with gap/
}

type Suite = (options: CaseOptions) => Case[];
type Cluster = Parameters<typeof clusterWindow>[0];

const ILP = ['highs', 'cp-sat', 'scip', 'cbc', 'glpk', 'glpsol', 'cbc-native'];
const BEST = ['highs', 'cp-sat'];

/** Tasks and nodes. */
const SIZES = [
  [100, 20],
  [200, 20],
  [200, 50],
  [500, 50],
  [1000, 100],
] as const;
/** Tasks, nodes and seconds. */
const LARGE = [
  [500, 50, 1],
  [1000, 100, 1],
  [1000, 100, 5],
  [5000, 500, 5],
  [10_000, 1000, 10],
] as const;

/** Everything that is measured, by the name `--suite` takes. */
export const SUITES: Readonly<Record<string, Suite>> = {
  quick: (options) => [
    ...clusters(options, 2, { tasks: 50, nodes: 10, kinds: 4, load: 0.8 }, proof(10, BEST)),
    ...clusters(options, 1, { tasks: 200, nodes: 50, kinds: 4, load: 0.8 }, against(1, 10, BEST)),
    ...clusters(options, 1, { tasks: 1000, nodes: 100, kinds: 20, load: 0.9, noise: 'kind' }, alone(1)),
    ...clusters(options, 1, { tasks: 5000, nodes: 500, kinds: 20, load: 0.9, noise: 'kind' }, alone(5)),
  ],
  'proof-gap': (options) => [
    ...published(options, 'cattrysse1994', () => 'gap1-12', proof(30, BEST)),
    ...published(options, 'chu1997', (file) => `class ${file[0]}`, proof(30, BEST)),
  ],
  'proof-random': (options) => [
    ...[0.8, 0.9].flatMap((load) => [
      ...clusters(options, 12, { tasks: 50, nodes: 10, kinds: 4, load }, proof(20, ILP)),
      ...clusters(options, 12, { tasks: 50, nodes: 10, kinds: 4, load, lattice: 32 }, proof(20, ILP)),
    ]),
    ...clusters(options, 12, { tasks: 100, nodes: 20, kinds: 4, load: 0.8 }, proof(20, BEST)),
    ...clusters(options, 8, { tasks: 200, nodes: 20, kinds: 4, load: 0.8 }, proof(20, BEST)),
    ...clusters(options, 8, { tasks: 200, nodes: 50, kinds: 4, load: 0.8 }, proof(20, BEST)),
  ],
  'equal-seconds': (options) =>
    SIZES.flatMap(([tasks, nodes]) =>
      [0.8, 0.9].flatMap((load) => clusters(options, 3, { tasks, nodes, kinds: 4, load }, against(1, 20, BEST))),
    ),
  certified: (options) => [
    ...[0.8, 0.9].flatMap((load) =>
      LARGE.flatMap(([tasks, nodes, seconds]) =>
        clusters(options, 5, { tasks, nodes, kinds: 20, load, noise: 'kind' }, alone(seconds)),
      ),
    ),
    // capacities that differ from node to node, and matrices
    ...[0.8, 0.9].flatMap((load) => [
      ...clusters(options, 2, { tasks: 5000, nodes: 500, kinds: 20, load, noise: 'kind', jitter: 0.2 }, alone(5)),
      ...clusters(options, 2, { tasks: 10_000, nodes: 1000, kinds: 20, load, noise: 'kind', jitter: 0.2 }, alone(10)),
    ]),
    ...clusters({ ...options, seeds: 1 }, 1, { tasks: 5000, nodes: 500, kinds: 20, load: 0.9 }, alone(5)),
    ...clusters({ ...options, seeds: 1 }, 1, { tasks: 10_000, nodes: 1000, kinds: 20, load: 0.9 }, alone(10)),
  ],
  classes: (options) => [
    ...clusters(
      options,
      3,
      { tasks: 40, copies: 2000, nodes: 200, kinds: 8, load: 0.9, noise: 'kind', folded: true },
      {
        ...against(5, 20, ['highs']),
        fresh: true,
      },
    ),
    ...clusters(
      options,
      3,
      { tasks: 200, copies: 100_000, nodes: 10_000, kinds: 20, load: 0.9, noise: 'kind', folded: true },
      alone(10),
    ),
  ],
  hard: (options) =>
    published(options, 'chu1997', (file) => file, { ...against(5, 20, BEST), fresh: false }).filter(({ group }) =>
      ['d05100', 'd10100', 'd10200', 'c10200', 'c05200'].some((file) => group.startsWith(file)),
    ),
  divisible: (options) => [
    ...divisible(
      clusters(options, 3, { tasks: 500, nodes: 50, kinds: 4, load: 0.9 }, against(20, 20, ['glpk', 'highs'])),
    ),
    ...divisible(clusters(options, 3, { tasks: 10_000, nodes: 1000, kinds: 20, load: 0.9, noise: 'kind' }, alone(10))),
  ],
  tight: (options) =>
    [0.97, 0.99, 1.05].flatMap((load) => [
      ...clusters(options, 3, { tasks: 100, nodes: 20, kinds: 4, load, tiers: 2 }, most(against(2, 20, BEST))),
      ...clusters(options, 3, { tasks: 200, nodes: 50, kinds: 4, load, tiers: 2 }, most(against(2, 20, BEST))),
    ]),
};

/** The cases of a suite. */
export const casesOf = (suite: string, options: CaseOptions): Case[] =>
  SUITES[suite]!(options).map((one) => ({ ...one, name: `${suite}/${one.name}`, group: `${suite}/${one.group}` }));

/** The case with that name, whose window a process makes for itself. */
export function caseNamed(name: string, options: CaseOptions): Case {
  const found = casesOf(name.slice(0, name.indexOf('/')), options).find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return found;
}

/** How a case is measured. */
type Measure = Pick<Case, 'everything' | 'ours' | 'peers' | 'fresh'>;

/** Everyone has the same seconds to prove the optimum. */
const proof = (seconds: number, names: readonly string[]): Measure => ({
  everything: true,
  ours: { seconds, seeds: 1 },
  peers: { seconds, names },
  fresh: false,
});
/** Few seconds of ours, the median of three search seeds, against many of the peers'. */
const against = (ours: number, theirs: number, names: readonly string[]): Measure => ({
  everything: true,
  ours: { seconds: ours, seeds: 3 },
  peers: { seconds: theirs, names },
  fresh: false,
});
/** Too large for peers: what counts is the gap that is proven. */
const alone = (seconds: number): Measure => ({
  everything: true,
  ours: { seconds, seeds: 1 },
  peers: { seconds: 0, names: [] },
  fresh: true,
});
/** Not everything may fit: copies placed count first. */
const most = (measure: Measure): Measure => ({ ...measure, everything: false });

/** Windows of one kind, by seeds. */
function clusters(options: CaseOptions, seeds: number, cluster: Omit<Cluster, 'seed'>, measure: Measure): Case[] {
  const { tasks, nodes, load, copies, lattice, noise, jitter } = cluster;
  const words = [
    copies ? `${copies} copies in ${tasks} on ${nodes}` : `${tasks}x${nodes}`,
    ...(lattice ? ['lattice'] : []),
    ...(noise === 'kind' ? ['by kind'] : []),
    ...(jitter ? ['capacities differ'] : []),
    `load ${load}`,
    `${measure.ours.seconds} s`,
  ];
  const group = words.join(' ');
  return Array.from({ length: options.seeds ?? seeds }, (_, s) => ({
    ...measure,
    group,
    name: `${group} seed ${options.first + s}`,
    window: () => clusterWindow({ ...cluster, seed: options.first + s }),
    known: null,
  }));
}

const divisible = (cases: readonly Case[]): Case[] =>
  cases.map((one) => ({ ...one, fresh: true, window: () => ({ ...one.window(), mode: 'divisible' }) }));

/**
 * Published generalized assignment problems, with their known values; none where the folder is not there. Files that
 * share a name but for what follows the last hyphen are seeds of one kind.
 */
function published(
  { data, seeds }: CaseOptions,
  folder: string,
  groupOf: (file: string) => string,
  measure: Measure,
): Case[] {
  const root = join(data, 'gap');
  if (!existsSync(join(root, folder))) return [];
  const text = (path: string) => readFileSync(join(root, path), 'utf8');
  const known = new Map(
    text('known-values.csv')
      .trim()
      .split('\n')
      .map((line) => {
        const [path = '', , , bound, best] = line.split(',');
        return [path, { bound: Number(bound), best: Number(best) }];
      }),
  );
  const taken = new Map<string, number>();
  return readdirSync(join(root, folder))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap((file) => {
      const kind = file.replace(/-\d+$/, '');
      taken.set(kind, 1 + (taken.get(kind) ?? 0));
      if (seeds !== null && taken.get(kind)! > seeds) return [];
      const group = `${groupOf(file)} ${measure.ours.seconds} s`;
      const path = `${folder}/${file}`;
      const window = () => convert(formatOf('gap'), [text(path)], {}).window;
      return [{ ...measure, group, name: `${group} ${file}`, window, known: known.get(path) ?? null }];
    });
}
