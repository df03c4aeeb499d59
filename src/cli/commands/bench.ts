import { existsSync, statSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Case, CaseOptions } from '../../bench/case.ts';
import type { Choices } from '../../bench/measure.ts';
import { BadInput } from '../bad-input.ts';
import { EXIT, PLAIN_EXITS } from '../exit-codes.ts';
import { writeText } from '../files.ts';
import { ProgressBar } from '../progress-bar.ts';
import { teach } from '../teach.ts';

interface Flags {
  suite?: string[];
  only: string[];
  seeds: number | null;
  first: number;
  methods: string[] | null;
  peers: string[] | null;
  deadlines: number[] | null;
  repeats: number;
  limit: number;
  warmUp: number | null;
  data?: string;
  out: string;
  resume?: true;
  reportOnly?: true;
  json?: string;
  list?: true;
  quick?: true;
  baseline?: string | true;
  guard?: string | true;
}

export function addBench(root: Command): void {
  const command = root
    .command('bench')
    .summary('measure methods beside each other, on your windows too')
    .description(
      'Solves windows with every rule of thumb, with Placewright at several deadlines and with other solvers in turn, checks every assignment by itself, and writes a report (report.html, report.md) with the runs as JSON lines. FOLDER holds windows of your own, one JSON file each; without it, generated suites are measured. Ctrl-C ends it; --resume goes on.',
    )
    .argument('[folder]', 'your windows: every .json in it')
    .addOption(new Option('--suite <names>', 'suites instead of a folder; --list names their windows').argParser(list))
    .option('--quick', 'few small windows with short deadlines: under three minutes (default without folder and suite)')
    .addOption(words('--only <texts>', 'windows whose name has all of these texts', [], 'all'))
    .addOption(amount('--seeds <n>', 'windows of each size and load', null, "the suite's"))
    .addOption(amount('--first <seed>', 'seed of the first window of each size and load', 1))
    .addOption(words('--methods <names>', 'placewright, heuristics, any one of these, any peer', null, 'all'))
    .addOption(words('--peers <names>', 'other solvers, or none', null, "the suite's"))
    .addOption(
      new Option('--deadlines <seconds>', 'of Placewright, such as 0.1,1,5')
        .argParser(numbers)
        .default(null, "the suite's"),
    )
    .addOption(amount('--repeats <n>', 'runs of each; medians are told', 1))
    .addOption(amount('--limit <seconds>', 'no run is given more', Number.POSITIVE_INFINITY, 'none'))
    .addOption(amount('--warm-up <seconds>', 'longest warm-up of a process', null, '15, quick: 8'))
    .option('--data <dir>', 'folder of published instances; suites that need them are empty without')
    .option('--out <dir>', 'where runs and report go', 'bench-results')
    .option('--resume', 'go on with the runs there')
    .option('--report-only', 'measure nothing; write the report of the runs there')
    .option('--json <file>', 'every figure as one document, too')
    .option('--list', 'name the windows and measure nothing')
    .option('--baseline [file]', 'measure the windows of the guard by steps, not time, and keep what came of them')
    .option('--guard [file]', 'measure them and compare: exit code 3 where costs or gaps got worse')
    .action(run);
  teach(
    command,
    [
      ['bench windows/', 'Every method on your own windows, and a report to look at.'],
      ['bench --suite heterogeneous,tight --repeats 3 --out figures', 'Suites of generated windows.'],
    ],
    [...PLAIN_EXITS, [EXIT.refuted, 'with --guard: something got worse']],
  );
}

async function run(folder: string | undefined, flags: Flags): Promise<void> {
  if (flags.baseline || flags.guard) return guard(flags);
  const { Results } = await import('../results.ts');
  if (!flags.reportOnly) {
    const quick = flags.quick || (folder === undefined && flags.suite === undefined);
    const { seeds, first, data = '' } = flags;
    const options: CaseOptions = { seeds, first, data, quick };
    const cases = await casesFor(folder, flags, options);
    if (flags.list) return writeText(cases.map(({ name }) => `${name}\n`).join(''), undefined);
    await measureAll(cases, options, flags, new Results(flags.out));
  }
  const results = new Results(flags.out);
  const { reportOf } = await import('../../bench/report/report.ts');
  const { sessions, runs } = results.read();
  const report = await reportOf(sessions, runs);
  results.write(report.files);
  await writeText(report.words, undefined);
  if (flags.json !== undefined) await writeText(report.json, flags.json);
  process.stderr.write(`\n${flags.out}/report.${report.files.has('report.html') ? 'html' : 'md'}\n`);
}

/** The windows asked for: the user's own, or those of suites. */
async function casesFor(folder: string | undefined, flags: Flags, options: CaseOptions): Promise<Case[]> {
  const cases: Case[] = [];
  if (folder !== undefined) {
    if (!existsSync(folder))
      throw new BadInput(
        'unreadable_file',
        'Expected a folder of windows. Maybe the path is relative to another directory.',
        folder,
      );
    if (!statSync(folder).isDirectory())
      throw new BadInput(
        'unreadable_file',
        'Expected a folder of windows, found a file. Maybe you mean the folder that it is in: --only NAME measures one of them.',
        folder,
      );
    const { folderCases } = await import('../../bench/folder.ts');
    const found = folderCases(folder);
    for (const { file, refusal } of found.refused)
      process.stderr.write(`placewright: ${file} is left out. ${refusal.detail}\n`);
    if (found.cases.length === 0)
      throw new BadInput(
        'unreadable_file',
        'Expected windows in this folder, one .json file each, found none. Maybe they are in another one, or end otherwise.',
        folder,
      );
    cases.push(...found.cases);
  }
  const { casesOf, QUICK, SUITES } = await import('../../bench/suites.ts');
  const known = Object.keys(SUITES);
  const suites = flags.suite ?? (folder === undefined ? QUICK : []);
  refuseUnknown('--suite', suites, known);
  cases.push(...suites.flatMap((suite) => casesOf(suite, options)));
  const chosen = cases.filter(({ name }) => flags.only.every((part) => name.includes(part)));
  if (chosen.length === 0)
    throw new BadInput(
      'usage',
      'No window to measure. Maybe --only names none, or the published data are not there (--data DIR).',
    );
  return chosen;
}

async function measureAll(
  cases: readonly Case[],
  options: CaseOptions,
  flags: Flags,
  results: import('../results.ts').Results,
): Promise<void> {
  const { measure } = await import('../../bench/measure.ts');
  const { newSession, recorded } = await import('../../bench/records.ts');
  const { progressLine } = await import('../../bench/table.ts');
  const session = newSession(process.argv.slice(2));
  const done = results.begin(session, flags.resume === true);
  const bar = new ProgressBar(process.stderr);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      bar.clear();
      process.stderr.write('placewright: what was measured is kept; --resume goes on.\n');
      process.exit(130); // as shells count an interrupt
    });
  await measure(cases, options, await choicesOf(flags, options), done, {
    turn: (at, of, name, { contender, seconds }) => bar.show(at, of, `${contender} ${seconds} s, ${name}`),
    run(found) {
      bar.clear();
      results.add({ kind: 'run', session: session.id, ...found, run: recorded(found.run) });
      process.stdout.write(`${progressLine(found.case.name, found.run)}\n`);
    },
    absent(contender) {
      bar.clear();
      process.stderr.write(`placewright: ${contender} is left out: it is not installed.\n`);
    },
  });
  bar.clear();
}

async function choicesOf(flags: Flags, { quick }: CaseOptions): Promise<Choices> {
  const { HEURISTICS } = await import('../../heuristics/heuristics.ts');
  const { PEERS } = await import('../../bench/peers/peers.ts');
  const { OURS } = await import('../../bench/contender.ts');
  const none = (names: string[] | null) => (names?.length === 1 && names[0] === 'none' ? [] : names);
  const methods = flags.methods?.flatMap((name) => (name === 'heuristics' ? [...HEURISTICS.keys()] : [name])) ?? null;
  const peers = none(flags.peers);
  refuseUnknown('--peers', peers ?? [], PEERS);
  refuseUnknown('--methods', methods ?? [], [OURS, ...HEURISTICS.keys(), ...PEERS]);
  const { deadlines, repeats, limit, warmUp } = flags;
  return { methods, peers, deadlines, repeats, limit, warmUp: warmUp ?? (quick ? 8 : 15) };
}

/** Measures the windows of the guard; keeps what came of them, or compares it with what was kept. */
async function guard({ baseline, guard: against }: Flags): Promise<void> {
  const { measureBaseline, readBaseline, worse } = await import('../../bench/baseline.ts');
  const fileOf = (flag: string | true | undefined) => (typeof flag === 'string' ? flag : 'bench/baseline.json');
  const before = against ? readBaseline(fileOf(against)) : null;
  const found = await measureBaseline();
  if (baseline) await writeText(`${JSON.stringify(found, null, 2)}\n`, fileOf(baseline));
  const complaints = before ? worse(found, before) : [];
  await writeText(complaints.map((line) => `${line}\n`).join(''), undefined);
  if (complaints.length > 0) process.exitCode = EXIT.refuted;
}

function refuseUnknown(flag: string, names: readonly string[], known: readonly string[]): void {
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined)
    throw new BadInput(
      'usage',
      `Expected some of ${known.join(', ')} for ${flag}, found "${wrong}". Maybe it is spelled differently.`,
    );
}

const list = (value: string): string[] => value.split(',').filter((name) => name !== '');

function numbers(value: string): number[] {
  const all = value.split(',').map(Number);
  if (all.length === 0 || !all.every((each) => each > 0))
    throw new InvalidArgumentError('Expected seconds above 0, such as 0.1,1,5.');
  return all.sort((a, b) => a - b);
}

function words(flags: string, description: string, fallback: string[] | null, shown: string): Option {
  return new Option(flags, description).argParser(list).default(fallback, shown);
}

function amount(flags: string, description: string, fallback: number | null, shown = String(fallback)): Option {
  return new Option(flags, description)
    .argParser((value) => {
      if (!(Number(value) >= 0)) throw new InvalidArgumentError('Expected a number, 0 or above.');
      return Number(value);
    })
    .default(fallback, shown);
}
