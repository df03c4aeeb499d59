import type { SideBySide } from '../simulation/side-by-side.ts';
import { figure, percent } from './figures.ts';
import { table, wrapped } from './table.ts';

/** Units of time, the largest that leaves the middle of a column above 1. */
const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;

const BARS = '▁▂▃▄▅▆▇█';

/** Policies side by side: times, money, how full the cluster was, and what was done to jobs. */
export function simulationWords(notes: readonly string[], { policies, timing }: SideBySide): string {
  const typical = Math.max(0, ...policies.map(({ completion }) => completion.mean));
  const unit = UNITS.find(({ seconds }) => typical >= 2 * seconds) ?? UNITS[3];
  const seconds = (of: (each: (typeof policies)[number]) => number) =>
    fourDigits(policies.map((each) => of(each) / unit.seconds));
  const columns = {
    mean: seconds(({ completion }) => completion.mean),
    p50: seconds(({ completion }) => completion.p50),
    p95: seconds(({ completion }) => completion.p95),
    wait: seconds(({ wait }) => wait.mean),
    'wait p95': seconds(({ wait }) => wait.p95),
    makespan: seconds(({ makespan }) => makespan),
    money: fourDigits(policies.map(({ money }) => money)),
    stopped: policies.map(({ preemptions }) => figure(preemptions)),
    moved: policies.map(({ moves }) => figure(moves)),
    interrupted: policies.map(({ interruptions }) => figure(interruptions)),
  };
  const name = { title: 'policy', widest: 44 };
  const right = (titles: readonly string[]) => titles.map((title) => ({ title, right: true }));
  const first = policies[0];
  const told = notes.map((note) => wrapped(note)).join('');
  const head = first
    ? `  ${first.finished} of ${first.jobs} jobs done; times in ${unit.name}\n  ${fourDigits([first.alone / unit.seconds])[0]} on average if each had its fastest node at once\n\n`
    : '';
  const times = table(
    [name, ...right(Object.keys(columns))],
    policies.map(({ policy }, at) => [policy, ...Object.values(columns).map((column) => column[at]!)]),
  );
  const full = table(
    [name, { title: 'resource' }, { title: 'held', right: true }, { title: 'over the makespan' }],
    policies.flatMap(({ policy, utilization }) =>
      Object.entries(utilization).map(([k, { mean, series }]) => [policy, k, percent(mean, 1), bars(series)]),
    ),
  );
  const speed = table(
    [name, ...right(['windows', 'failures', 'decisions/s'])],
    policies.map(({ policy, windows, failures }, at) => [
      policy,
      figure(windows),
      figure(failures),
      figure(Number(timing[at]!.decisionsPerSecond.toPrecision(3))),
    ]),
  );
  return `${told}${told ? '\n' : ''}${head}${times}\n${full}\n${speed}`;
}

/** Numbers of one column: as many decimals for all as the largest leaves of four digits; `--json` has every digit. */
function fourDigits(values: readonly number[]): string[] {
  const largest = Math.max(...values);
  const decimals = largest > 0 ? Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(largest)))) : 0;
  return values.map((value) => value.toFixed(decimals));
}

/** Shares as bars, each an eighth. */
const bars = (series: readonly number[]): string =>
  series.map((share) => (share === 0 ? '·' : BARS[Math.min(7, Math.floor(8 * share))])).join('');
