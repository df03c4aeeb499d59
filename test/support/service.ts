import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { until } from './until.ts';

/** The service as its operators run it, in a process of its own. */
export interface Service {
  readonly url: string;
  readonly process: ChildProcess;
  /** The value of a metric, with its labels if it has any; 0 where it is not told yet. */
  metric(name: string): Promise<number>;
  /** Sends SIGTERM and waits for the end: exit code and signal. */
  stop(): Promise<readonly [number | null, string | null]>;
}

export interface ServiceOptions {
  /** Is handed its standard output, which else goes nowhere. */
  readonly onOutput?: (output: Readable) => void;
  /** Files and connections that it may have open at once. */
  readonly descriptors?: number;
}

/** Starts `placewright serve` with settings from the environment, and waits for all its planners. */
export async function startService(
  environment: Record<string, string> = {},
  { onOutput, descriptors }: ServiceOptions = {},
): Promise<Service> {
  const command = `${descriptors === undefined ? '' : `ulimit -n ${descriptors} && `}exec "$0" dist/cli/main.js serve --port 0`;
  const service = spawn('sh', ['-c', command, process.execPath], {
    stdio: ['ignore', onOutput ? 'pipe' : 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const ended = once(service, 'exit') as Promise<[number | null, string | null]>;
  if (onOutput) onOutput(service.stdout!);
  const url = await urlIn(service.stderr!);
  await allStarted(url);
  return {
    url,
    process: service,
    metric: (name) => metricAt(url, name),
    async stop() {
      service.kill('SIGTERM');
      return ended;
    },
  };
}

async function metricAt(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`placewright_${name} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}

/** Waits until none of its planners is still starting. */
export const allStarted = (url: string): Promise<void> =>
  until(async () => (await metricAt(url, 'planners{state="starting"}')) === 0);

/** The address that it tells once it listens. */
function urlIn(words: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    words.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const url = /listening on (\S+)/.exec(text)?.[1];
      if (url) resolve(url);
    });
    words.once('end', () => reject(new Error(text)));
  });
}
