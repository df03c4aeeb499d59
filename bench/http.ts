// The service under load, beside two references in the same run.
//   npm run bench:http                        throughput and latency, two to three minutes
//   npm run bench:http -- --soak 10           ten minutes at twice the capacity, and whether all promises hold
//   npm run bench:http -- --help
// docs/benchmarks.md says what is measured and how.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { SIZE_NAMES, type Size } from './http/bodies.ts';
import { soak } from './http/soak.ts';
import { soakLines, tableOf, verdictsOf } from './http/tell.ts';
import { measureThroughput } from './http/throughput.ts';

interface Flags {
  readonly sizes: readonly Size[];
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly soak?: number;
  readonly overload: number;
  readonly seed: number;
  readonly json?: string;
}

const cores = availableParallelism();
const { flags, settings } = readFlags();
const tell = (line: string) => console.error(line);
const machine = { node: process.version, cores, cpu: cpus()[0]?.model ?? '', started: new Date().toISOString() };
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1)); // its servers end with it
if (flags.soak === undefined) {
  const figures = await measureThroughput(flags, tell);
  console.log(tableOf(figures));
  save({ throughput: figures });
} else {
  const { soak: minutes, overload, seed, connections: lanes } = flags;
  const found = await soak({ minutes, overload, lanes, seed, settings }, tell);
  console.log(soakLines(found));
  save({ soak: found, verdicts: verdictsOf(found) });
  if (verdictsOf(found).some(({ kept }) => !kept)) process.exitCode = 1;
}

function save(figures: object): void {
  if (flags.json)
    writeFileSync(flags.json, `${JSON.stringify({ ...machine, arguments: flags, ...figures }, null, 1)}\n`);
}

function readFlags(): { flags: Flags; settings: string[] } {
  const command = new Command('bench:http')
    .description('The service under load.')
    .option('--sizes <names>', `of ${SIZE_NAMES.join(', ')}`, sizesOf, SIZE_NAMES)
    .option('--seconds <n>', 'seconds of each turn', positive, 4)
    .option('--rounds <n>', 'turns of each contender with each size', positive, 2)
    .option(
      '--connections <n>',
      'requests at a time, of a soak while the capacity is measured; as many as planners',
      positive,
      cores + 1,
    )
    .option('--soak <minutes>', 'mixed load at a multiple of the capacity instead', positive)
    .option('--overload <times>', 'in a soak, times the capacity', positive, 2)
    .option('--seed <n>', 'of the load of a soak', positive, 1)
    .option('--json <file>', 'write every figure')
    .argument('[settings...]', 'after --: flags for `placewright serve` in a soak')
    .parse();
  return { flags: command.opts<Flags>(), settings: command.args };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

function sizesOf(text: string): Size[] {
  const names = text.split(',') as Size[];
  if (names.some((name) => !SIZE_NAMES.includes(name)))
    throw new InvalidArgumentError(`Expected names of ${SIZE_NAMES.join(', ')}.`);
  return names;
}
