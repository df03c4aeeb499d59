import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mean, quantile } from '../../dist/model/statistics.js';
import { faultsOf } from './judge.ts';
import { bodiesOfMix } from './mix.ts';
import type { Outcome } from './perform.ts';
import { startService } from './service.ts';
import type { Campaign, Report } from './soak-client.ts';
import { type Sight, watch } from './watch.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly overload: number; // times the capacity
  readonly lanes: number; // requests at a time while the capacity is measured
  readonly seed: number;
  readonly settings: readonly string[]; // flags of `placewright serve`
}

/** What a soak found. Milliseconds, mebibytes. */
export interface Soak {
  readonly capacity: number; // answers a second, `lanes` requests at a time
  readonly rate: number; // requests a second that were sent
  readonly requests: number;
  readonly unsent: number;
  readonly statuses: Readonly<Record<string, number>>; // 0: the connection broke
  readonly broken: Readonly<Record<string, number>>; // how connections broke
  readonly late: Readonly<Record<string, Lateness>>; // of answers 200, by size and all together
  readonly jobs: Readonly<Record<string, number>>; // of requests answered 202, how they ended
  readonly jobsLate: Lateness;
  readonly replays: Readonly<Record<'same' | 'different', number>>; // second answers to idempotency keys
  readonly wrongStatuses: number; // 5xx but 503 with Retry-After
  readonly judged: number;
  readonly faults: readonly string[];
  readonly growth: number | null; // of resident memory after the first minute: last quarter over first quarter, less 1
  readonly loopMs: number | null; // event loop delay p99 of every 10 s, as /metrics told: median
  readonly worstLoopMs: number | null; // and worst
  readonly clientDelayMs: number; // event loop delay p99 of the client: lateness that is its own
  readonly sights: readonly Sight[];
  readonly stop: { readonly code: number | null; readonly ms: number };
}

export interface Lateness {
  readonly answers: number;
  readonly p50: number | null; // after the deadline; negative: before it
  readonly p99: number | null;
  readonly p99_9: number | null;
}

/** Seconds in which the capacity is measured, after as many of warm-up. */
const CAPACITY_SECONDS = 20;
const SAMPLES = 300;

/** Mixed load at a multiple of the capacity, which is measured first, on a service of its own. */
export async function soak(options: SoakOptions, tell: (line: string) => void): Promise<Soak> {
  const { minutes, overload, lanes, seed, settings } = options;
  const service = await startService(settings);
  const client = fork(new URL('./soak-client.js', import.meta.url), { serialization: 'advanced' });
  await once(client, 'message');
  const closed = { url: service.url, rate: null, lanes, samples: 1 };
  tell('warming up');
  await ask(client, { ...closed, seed: seed + 1, seconds: CAPACITY_SECONDS });
  const measured = await ask(client, { ...closed, seed: seed + 2, seconds: CAPACITY_SECONDS });
  const capacity = measured.outcomes.filter(({ status }) => status === 200 || status === 202).length / measured.seconds;
  const rate = overload * capacity;
  tell(
    `capacity ${capacity.toFixed(1)} answers a second with ${lanes} at a time; now ${rate.toFixed(1)} requests a second for ${minutes} min`,
  );

  const watching = watch(service.url, service.pid);
  const campaign = { url: service.url, seed, seconds: 60 * minutes, rate, lanes, samples: SAMPLES };
  const report = await ask(client, campaign);
  const sights = watching.end();
  client.disconnect();
  const stop = await service.stop();
  return { capacity, ...figuresOf(report, sights), stop };
}

async function ask(client: ChildProcess, campaign: Campaign): Promise<Report> {
  client.send(campaign);
  const died = once(client, 'exit').then(() => {
    throw new Error('the client of the soak died');
  });
  const [report] = await Promise.race([once(client, 'message'), died]);
  return report as Report;
}

/** Sums a report up, and judges what was sampled. */
export function figuresOf(report: Report, sights: readonly Sight[]): Omit<Soak, 'capacity' | 'stop'> {
  const { outcomes, seconds, unsent, sampled, delayMs } = report;
  const answered = outcomes.filter(({ status }) => status === 200);
  const jobs = outcomes.filter(({ job }) => job !== 'none');
  const lateBy = (size: string) => answered.filter((outcome) => outcome.size === size).map(overshoot);
  const loops = sights.flatMap(({ loopMs }) => (loopMs === null ? [] : [loopMs]));
  return {
    rate: (outcomes.length + unsent) / seconds,
    requests: outcomes.length,
    unsent,
    statuses: counts(outcomes.map(({ status }) => String(status))),
    broken: counts(outcomes.flatMap(({ error }) => error ?? [])),
    late: {
      all: latenessOf(answered.map(overshoot)),
      small: latenessOf(lateBy('small')),
      medium: latenessOf(lateBy('medium')),
      large: latenessOf(lateBy('large')),
    },
    jobs: counts(jobs.map(({ job }) => job)),
    jobsLate: latenessOf(jobs.flatMap(({ jobLateMs }) => jobLateMs ?? [])),
    replays: {
      same: outcomes.filter(({ same }) => same === true).length,
      different: outcomes.filter(({ same }) => same === false).length,
    },
    wrongStatuses: outcomes.filter(({ status, retryAfter }) => status >= 500 && !(status === 503 && retryAfter)).length,
    judged: sampled.length,
    faults: faultsOf(sampled, bodiesOfMix()),
    growth: growthOf(sights),
    loopMs: quantile(loops, 0.5),
    worstLoopMs: quantile(loops, 1),
    clientDelayMs: delayMs,
    sights,
  };
}

const overshoot = ({ ms, deadlineMs }: Outcome): number => ms - deadlineMs;

const latenessOf = (late: readonly number[]): Lateness => ({
  answers: late.length,
  p50: quantile(late, 0.5),
  p99: quantile(late, 0.99),
  p99_9: quantile(late, 0.999),
});

function counts(names: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of names) found[name] = (found[name] ?? 0) + 1;
  return found;
}

/** Growth of resident memory once the first minute (or third, of short ones) is over; null with too little to tell. */
export function growthOf(sights: readonly Sight[]): number | null {
  const last = sights.at(-1)?.seconds ?? 0;
  const sizes = sights.filter(({ seconds }) => seconds > Math.min(60, last / 3)).flatMap(({ treeMb }) => treeMb ?? []);
  const quarter = Math.floor(sizes.length / 4);
  if (quarter === 0) return null;
  return mean(sizes.slice(-quarter)) / mean(sizes.slice(0, quarter)) - 1;
}
