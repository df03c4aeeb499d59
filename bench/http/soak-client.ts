// The client of a soak, alone in its process: sends the load and keeps what comes back. It parses and judges nothing
// while requests are under way, which would make answers look late.

import { Agent } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { bodiesOfMix, type Call, mix } from './mix.ts';
import { type Outcome, perform } from './perform.ts';

/** What the client is asked to do. */
export interface Campaign {
  readonly url: string;
  readonly seed: number;
  readonly seconds: number;
  /** Requests a second, whatever comes back; null: `lanes` requests at a time. */
  readonly rate: number | null;
  readonly lanes: number;
  readonly samples: number; // answers kept to be judged
}

export interface Report {
  readonly outcomes: Outcome[];
  readonly seconds: number; // until the last request was sent
  readonly unsent: number; // requests for which too many others were under way
  readonly sampled: readonly { readonly call: Call; readonly answer: string }[];
  readonly delayMs: number; // p99 of the client's own event loop
}

/** Requests under way at most; beyond it the service is hopelessly behind. */
const MOST_UNDER_WAY = 2000;

const bodies = bodiesOfMix();
// idle connections end before the service ends them, which might be as one is used again
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, timeout: 2000 });

process.on('message', async (campaign: Campaign) => process.send!(await run(campaign)));
process.on('disconnect', () => process.exit());
process.send!('ready');

async function run({ url, seed, seconds, rate, lanes, samples }: Campaign): Promise<Report> {
  const outcomes: Outcome[] = [];
  const sampled: { call: Call; body: Buffer }[] = [];
  const calls = mix(seed);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const began = performance.now();
  const left = () => 1000 * seconds - (performance.now() - began);
  let underWay = 0;
  let unsent = 0;
  const every = Math.max(1, Math.floor(((rate ?? lanes * 10) * seconds) / samples));
  const keep = (call: Call, body: Buffer) => {
    if (call.number % every === 0) sampled.push({ call, body });
  };
  const fire = async (call: Call) => {
    underWay++;
    const body = bodies.get(`${call.size} ${call.seed}`)!;
    outcomes.push(await perform({ agent, url, key: `soak-${process.pid}-${seed}-${call.number}`, keep }, call, body));
    underWay--;
  };

  if (rate === null) {
    const lane = async () => {
      while (left() > 0) await fire(calls.next().value);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  } else {
    const all: Promise<void>[] = [];
    for (let due = 0; due < 1000 * seconds; due += 1000 / rate) {
      const early = due - (performance.now() - began);
      if (early > 0) await pause(early);
      const call = calls.next().value;
      if (underWay < MOST_UNDER_WAY) all.push(fire(call));
      else unsent++;
    }
    await Promise.all(all);
  }
  delay.disable();
  return {
    outcomes,
    seconds: Math.min(seconds, (performance.now() - began) / 1000),
    unsent,
    sampled: sampled.map(({ call, body }) => ({ call, answer: body.toString('utf8') })),
    delayMs: Math.max(0, delay.percentile(99) / 1e6 - 10),
  };
}
