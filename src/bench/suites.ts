import { against, alone, BEST, type Case, type CaseOptions, everyone, ILP, most, proof } from './case.ts';
import { correlatedWindow } from './correlated-window.ts';
import { bySeeds, clusters, divisible } from './generated.ts';
import { alibabaPods, assignmentProblems, cloudBalancing, gavelJobs } from './published.ts';
import { runningCluster } from './running-cluster.ts';
import { sizedWindow } from './sized-window.ts';

type Suite = (options: CaseOptions) => Case[];

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
/** Tasks and nodes, each twice the one before. */
const DOUBLED = [
  [25, 5],
  [50, 10],
  [100, 20],
  [200, 40],
  [400, 80],
  [800, 160],
  [1600, 320],
] as const;

/** Rules of thumb, our deadlines and peers of a suite that compares methods. */
const methods = ({ quick }: CaseOptions) => (quick ? everyone([0.1, 2], BEST) : everyone([0.1, 1, 5], BEST));
/** The first where the run is to be quick, else the second. */
const either = <T>({ quick }: CaseOptions, few: T, many: T): T => (quick ? few : many);

/** Everything that is measured, by the name `--suite` takes. */
export const SUITES: Readonly<Record<string, Suite>> = {
  heterogeneous: (options) => [
    ...clusters(options, either(options, 5, 12), { tasks: 50, nodes: 10, kinds: 4, load: 0.8 }, methods(options)),
    ...either(options, [], clusters(options, 8, { tasks: 100, nodes: 20, kinds: 4, load: 0.8 }, methods(options))),
    ...either(options, [], clusters(options, 8, { tasks: 200, nodes: 40, kinds: 4, load: 0.9 }, methods(options))),
  ],
  correlated: (options) =>
    either(
      options,
      [[50, 10]],
      [
        [50, 10],
        [100, 10],
        [200, 20],
      ],
    ).flatMap(([tasks, nodes]) =>
      bySeeds(
        options,
        either(options, 2, 8),
        `${tasks}x${nodes} load 0.8`,
        (seed) => correlatedWindow({ tasks: tasks!, nodes: nodes!, load: 0.8, seed }),
        methods(options),
      ),
    ),
  tight: (options) =>
    either(options, [0.97], [0.97, 0.99, 1.05]).flatMap((load) => [
      ...clusters(
        options,
        either(options, 1, 3),
        { tasks: 100, nodes: 20, kinds: 4, load, tiers: 2 },
        most(options.quick ? methods(options) : { ...against(2, 20, BEST), rules: true }),
      ),
      ...either(
        options,
        [],
        clusters(
          options,
          3,
          { tasks: 200, nodes: 50, kinds: 4, load, tiers: 2 },
          most({ ...against(2, 20, BEST), rules: true }),
        ),
      ),
    ]),
  classes: (options) =>
    options.quick
      ? clusters(
          options,
          1,
          { tasks: 20, copies: 400, nodes: 60, kinds: 4, load: 0.9, noise: 'kind', folded: true },
          { ...methods(options), peers: { seconds: 0, names: ['highs'] } },
        )
      : [
          ...clusters(
            options,
            3,
            { tasks: 40, copies: 2000, nodes: 200, kinds: 8, load: 0.9, noise: 'kind', folded: true },
            { ...against(5, 20, ['highs']), fresh: true, rules: true },
          ),
          ...clusters(
            options,
            3,
            { tasks: 200, copies: 100_000, nodes: 10_000, kinds: 20, load: 0.9, noise: 'kind', folded: true },
            alone(10),
          ),
        ],
  consolidation: (options) =>
    either(
      options,
      [[40, 10]],
      [
        [40, 10],
        [100, 25],
        [400, 100],
      ],
    ).flatMap(([tasks, nodes]) =>
      bySeeds(
        options,
        either(options, 1, 5),
        `${tasks}x${nodes} load 0.6`,
        (seed) => runningCluster({ tasks: tasks!, nodes: nodes!, load: 0.6, seed }),
        methods(options),
      ),
    ),
  scaling: (options) =>
    DOUBLED.slice(0, either(options, 5, 7)).flatMap(([tasks, nodes]) =>
      clusters(options, either(options, 1, 5), { tasks, nodes, kinds: 4, load: 0.8 }, methods(options)),
    ),
  'proof-gap': (options) => [
    ...assignmentProblems(options, 'cattrysse1994', () => 'gap1-12', proof(30, BEST)),
    ...assignmentProblems(options, 'chu1997', (file) => `class ${file[0]}`, proof(30, BEST)),
  ],
  hard: (options) =>
    assignmentProblems(options, 'chu1997', (file) => file, against(5, 20, BEST)).filter(({ group }) =>
      ['d05100', 'd10100', 'd10200', 'c10200', 'c05200'].some((file) => group.startsWith(file)),
    ),
  alibaba: (options) => [
    ...alibabaPods(options, either(options, 1, 3), 200, 40, most(methods(options))),
    ...either(options, [], alibabaPods(options, 3, 500, 60, most(methods(options)))),
  ],
  gavel: (options) => [
    ...gavelJobs(options, either(options, 1, 3), 50, 36, most(methods(options))),
    ...either(options, [], gavelJobs(options, 3, 200, 120, most(methods(options)))),
  ],
  'cloud-balancing': (options) => cloudBalancing(options, methods(options)),
  'proof-random': (options) => [
    ...[0.8, 0.9].flatMap((load) => [
      ...clusters(options, 12, { tasks: 50, nodes: 10, kinds: 4, load }, proof(20, ILP)),
      ...clusters(options, 12, { tasks: 50, nodes: 10, kinds: 4, load, lattice: 32 }, proof(20, ILP)),
    ]),
    ...clusters(options, 12, { tasks: 100, nodes: 20, kinds: 4, load: 0.8 }, proof(20, BEST)),
    ...clusters(options, 8, { tasks: 200, nodes: 20, kinds: 4, load: 0.8 }, proof(20, BEST)),
    ...clusters(options, 8, { tasks: 200, nodes: 50, kinds: 4, load: 0.8 }, proof(20, BEST)),
  ],
  sizes: (options) =>
    SIZES.flatMap(([tasks, nodes]) =>
      bySeeds(
        options,
        3,
        `${tasks}x${nodes} load 0.8`,
        (seed) => sizedWindow({ tasks, nodes, load: 0.8, seed }),
        against(1, 20, BEST),
      ),
    ),
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
    ...[0.8, 0.9].flatMap((load) =>
      clusters(
        { ...options, seeds: 1 },
        1,
        { tasks: 10_000, nodes: 1000, kinds: 20, load, noise: 'kind', matrix: true },
        alone(10),
      ),
    ),
    ...clusters({ ...options, seeds: 1 }, 1, { tasks: 5000, nodes: 500, kinds: 20, load: 0.9 }, alone(5)),
    ...clusters({ ...options, seeds: 1 }, 1, { tasks: 10_000, nodes: 1000, kinds: 20, load: 0.9 }, alone(10)),
  ],
  divisible: (options) => [
    ...divisible(
      clusters(options, 3, { tasks: 500, nodes: 50, kinds: 4, load: 0.9 }, against(20, 20, ['glpk', 'highs'])),
    ),
    ...divisible(clusters(options, 3, { tasks: 10_000, nodes: 1000, kinds: 20, load: 0.9, noise: 'kind' }, alone(10))),
  ],
};

/** What `--quick` measures. */
export const QUICK = ['heterogeneous', 'scaling', 'correlated', 'tight', 'classes', 'consolidation'];

/** The cases of a suite. */
export const casesOf = (suite: string, options: CaseOptions): Case[] =>
  SUITES[suite]!(options).map((one) => ({ ...one, name: `${suite}/${one.name}`, group: `${suite}/${one.group}` }));

/** The case with that name, whose window a process makes for itself. */
export function caseNamed(name: string, options: CaseOptions): Case {
  const found = casesOf(name.slice(0, name.indexOf('/')), options).find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return found;
}
