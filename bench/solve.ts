// How well and how fast windows are solved, Placewright and other solvers in turn on the same windows.
//   npm run bench                                  a look at it, one to two minutes
//   npm run bench -- --suite equal-seconds --json figures.json
//   npm run bench -- --help
// docs/benchmarks.md says what is compared with what, and what each column means.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { readyWindow } from '../dist/model/parse.js';
import { type Figures, figuresOf, judge, type Run } from './figures.ts';
import { PEERS } from './peers/peers.ts';
import { ContenderProcess } from './process.ts';
import { type Case, type CaseOptions, casesOf, SUITES } from './suites.ts';
import { summarise } from './summary.ts';
import { runLine, tableOf } from './table.ts';

interface Flags {
  readonly suite: string[];
  readonly only: string[];
  readonly seeds: number | null;
  readonly first: number;
  readonly peers: string[] | null;
  readonly limit: number;
  readonly warmUp: number;
  readonly data: string;
  readonly json?: string;
  readonly list?: true;
}

const flags = readFlags();
const options: CaseOptions = { seeds: flags.seeds, first: flags.first, data: flags.data };
const cases = flags.suite
  .flatMap((suite) => casesOf(suite, options))
  .filter(({ name }) => flags.only.every((part) => name.includes(part)));
if (cases.length === 0)
  console.log('No window to measure. Maybe its data are not there (--data DIR), or --only names none.');
if (flags.list) for (const { name } of cases) console.log(name);
else await measure();

async function measure(): Promise<void> {
  const contenders = new Map<string, ContenderProcess>();
  const versions: Record<string, string> = {};
  const figures: Figures[] = [];
  const endAll = () => {
    for (const contender of contenders.values()) contender.end();
    contenders.clear();
  };
  process.once('exit', endAll); // a contender inside WebAssembly would not notice that it is alone
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  let group = '';
  for (const [k, one] of cases.entries()) {
    if (one.group !== group && one.fresh) endAll();
    group = one.group;
    const found = await runCase(one, k, contenders, versions);
    figures.push(...found);
    for (const run of found) console.log(runLine(run));
    save(figures, versions);
  }
  endAll();
  console.log(tableOf(summarise(figures)));
}

/** Every contender once, ours once for each search seed; who begins changes from case to case. */
async function runCase(
  one: Case,
  k: number,
  contenders: Map<string, ContenderProcess>,
  versions: Record<string, string>,
): Promise<Figures[]> {
  const parsed = readyWindow(one.window());
  if (!parsed.ok) throw new Error(`${one.name}: ${parsed.refusal.detail}`);
  const names = flags.peers ?? one.peers.names;
  const turns = [
    ...Array.from({ length: one.ours.seeds }, (_, s) => ({
      name: 'placewright',
      seed: s + 1,
      seconds: one.ours.seconds,
    })),
    ...names.map((name) => ({ name, seed: 1, seconds: one.peers.seconds || one.ours.seconds })),
  ];
  const rotated = turns.map((_, t) => turns[(t + k) % turns.length]!);
  const runs: Run[] = [];
  for (const { name, seed, seconds: full } of rotated) {
    const seconds = Math.min(full, flags.limit);
    let contender = contenders.get(name);
    if (!contender) {
      contender = new ContenderProcess(name, flags.warmUp);
      contenders.set(name, contender);
      if (!(await contender.start())) console.log(`skipped: ${name} is not installed`);
    }
    if (contender.version === null) continue;
    versions[name] = contender.version;
    const measured = await contender.run({ case: one.name, options, seconds, seed });
    if (measured.end === 'declined') continue;
    runs.push(judge(parsed.value, name, seconds, seed, measured, one.everything));
  }
  const place = (run: Run) => turns.findIndex(({ name, seed }) => name === run.contender && seed === run.seed);
  return figuresOf(
    one,
    runs.sort((a, b) => place(a) - place(b)),
  );
}

/** Everything that was measured so far, so that a run that is cut short is not lost. */
function save(figures: readonly Figures[], versions: Record<string, string>): void {
  if (flags.json === undefined) return;
  const document = {
    machine: {
      processor: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryMb: Math.round(totalmem() / 2 ** 20),
      system: `${platform()} ${arch()}`,
      node: process.version,
    },
    commit: commit(),
    versions,
    arguments: process.argv.slice(2),
    summary: summarise(figures),
    runs: figures,
  };
  writeFileSync(flags.json, `${JSON.stringify(document, null, 1)}\n`);
}

function commit(): string | null {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

function readFlags(): Flags {
  const list = (known: readonly string[] | null) => (value: string) => {
    const names = value === 'none' ? [] : value.split(',');
    const wrong = known && names.find((name) => !known.includes(name));
    if (wrong) throw new InvalidArgumentError(`Expected some of ${known.join(', ')}; found "${wrong}".`);
    return names;
  };
  const number = (value: string) => {
    if (!(Number(value) >= 0)) throw new InvalidArgumentError('Expected a number, 0 or above.');
    return Number(value);
  };
  const suites = Object.keys(SUITES);
  return new Command('bench')
    .description('Solves windows with Placewright and with other solvers in turn.')
    .option('--suite <names>', `what to measure: ${suites.join(', ')}`, list(suites), ['quick'])
    .option('--only <texts>', 'windows whose name has all of these texts', list(null), [])
    .option('--seeds <n>', 'windows of each size and load', number, null)
    .option('--first <seed>', 'seed of the first window of each size and load', number, 1)
    .option('--peers <names>', `peers instead of the suite's: ${PEERS.join(', ')}, or none`, list(PEERS), null)
    .option('--limit <seconds>', 'no run is given more', number, Number.POSITIVE_INFINITY)
    .option('--warm-up <seconds>', 'longest warm-up of a process', number, 15)
    .option('--data <dir>', 'folder of published instances', '../shared/data')
    .option('--json <file>', 'writes every figure there')
    .option('--list', 'names the windows and measures nothing')
    .parse()
    .opts<Flags>();
}
