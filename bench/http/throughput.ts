import autocannon from 'autocannon';
import { quantile } from '../../dist/model/statistics.js';
import { Body, SIZES, type Size, windowOf } from './bodies.ts';
import { type Server, startReference, startService } from './service.ts';

export interface ThroughputOptions {
  readonly sizes: readonly Size[];
  readonly seconds: number; // of each turn
  readonly rounds: number;
  readonly connections: number;
}

/** What one contender did with bodies of one size, all its turns together. */
export interface Throughput {
  readonly size: Size;
  readonly contender: string;
  readonly bytesIn: number; // of the body
  readonly bytesOut: number; // of an answer, median
  readonly answers: number; // with status 200
  readonly failures: number; // other statuses, broken connections, timeouts
  readonly perSecond: number; // answers with status 200
  readonly ms: { readonly p50: number; readonly p97_5: number; readonly p99: number; readonly p99_9: number } | null; // request begun … answer read
}

interface Contender {
  readonly name: string;
  readonly url: (size: Size) => string;
  readonly deadlineMs: (size: Size) => number;
}

interface Turns {
  readonly latencies: number[]; // ms
  readonly bytes: number[];
  seconds: number;
  failures: number;
}

/** Seconds of warm-up for each contender and size, before anything is measured. */
const WARM_UP_SECONDS = 2;

/** Seconds that a turn lasts at least for each millisecond of the deadline: ten answers one after the other. */
const TURN_PER_MS = 0.01;

/** Contenders in turn, size by size and round by round; who begins changes. */
export async function measureThroughput(
  { sizes, seconds, rounds, connections }: ThroughputOptions,
  tell: (line: string) => void,
): Promise<Throughput[]> {
  const service = await startService();
  const bodies = new Map(sizes.map((size) => [size, new Body(windowOf(size, 1))]));
  const constant = await startReference('constant', await typicalAnswers(service, bodies));
  const rules = await startReference('rules');
  const contenders: Contender[] = [
    { name: 'service', url: () => `${service.url}/v1/placements`, deadlineMs: (size) => SIZES[size].deadlineMs },
    { name: 'service, 1 ms', url: () => `${service.url}/v1/placements`, deadlineMs: () => 1 },
    { name: 'rules only', url: () => rules.url, deadlineMs: (size) => SIZES[size].deadlineMs },
    { name: 'constant', url: (size) => `${constant.url}/${size}`, deadlineMs: (size) => SIZES[size].deadlineMs },
  ];
  const run = (contender: Contender, size: Size, duration: number) =>
    fire(contender.url(size), bodies.get(size)!.whole(contender.deadlineMs(size)), connections, duration);

  const figures: Throughput[] = [];
  for (const size of sizes) {
    tell(`${size}: warming up`);
    for (const contender of contenders) await run(contender, size, WARM_UP_SECONDS);
    const turns = new Map<Contender, Turns>(
      contenders.map((contender) => [contender, { latencies: [], bytes: [], seconds: 0, failures: 0 }]),
    );
    for (let round = 0; round < rounds; round++) {
      tell(`${size}: round ${round + 1} of ${rounds}`);
      for (let k = 0; k < contenders.length; k++) {
        const contender = contenders[(k + round) % contenders.length]!;
        add(turns.get(contender)!, await run(contender, size, Math.max(seconds, TURN_PER_MS * SIZES[size].deadlineMs)));
      }
    }
    for (const [{ name, deadlineMs }, taken] of turns)
      figures.push(summaryOf(size, name, bodies.get(size)!.whole(deadlineMs(size)).length, taken));
  }
  await Promise.all([service, constant, rules].map((server) => server.stop()));
  return figures;
}

/** An answer of the service to each body, whose text the constant server then repeats. */
async function typicalAnswers(service: Server, bodies: ReadonlyMap<Size, Body>): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const [size, body] of bodies) {
    const response = await fetch(`${service.url}/v1/placements`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(body.whole(2000)),
    });
    answers[size] = await response.text();
    if (response.status !== 200) throw new Error(`the ${size} body was answered ${response.status}: ${answers[size]}`);
  }
  return answers;
}

/** Sends one body over and over on each connection. */
async function fire(url: string, body: Buffer, connections: number, duration: number): Promise<Turns> {
  const latencies: number[] = [];
  const bytes: number[] = [];
  let failures = 0;
  const firing = autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    connections,
    duration,
    timeout: 60,
  });
  firing.on('response', (_client: unknown, status: number, size: number, ms: number) => {
    if (status === 200) {
      latencies.push(ms);
      bytes.push(size);
    } else failures++;
  });
  const result = await firing;
  return { latencies, bytes, failures: failures + result.errors, seconds: result.duration };
}

function add(sum: Turns, turn: Turns): void {
  for (const ms of turn.latencies) sum.latencies.push(ms);
  for (const size of turn.bytes) sum.bytes.push(size);
  sum.seconds += turn.seconds;
  sum.failures += turn.failures;
}

function summaryOf(size: Size, contender: string, bytesIn: number, { latencies, bytes, seconds, failures }: Turns) {
  const at = (share: number) => quantile(latencies, share)!;
  return {
    size,
    contender,
    bytesIn,
    bytesOut: quantile(bytes, 0.5) ?? 0,
    answers: latencies.length,
    failures,
    perSecond: latencies.length / seconds,
    ms: latencies.length === 0 ? null : { p50: at(0.5), p97_5: at(0.975), p99: at(0.99), p99_9: at(0.999) },
  };
}
