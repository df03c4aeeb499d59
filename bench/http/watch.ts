import { readdirSync, readFileSync } from 'node:fs';

/** What was seen of the service at one time. */
export interface Sight {
  readonly seconds: number; // since the watch began
  readonly mainMb: number | null; // resident memory of its main process; null where the system does not tell
  readonly treeMb: number | null; // of it and all processes it started
  readonly loopMs: number | null; // event loop delay, p99; null without /metrics
}

/** Looks at the service every `everyMs` until it is told to end. */
export function watch(url: string, pid: number, everyMs = 10_000): { end(): Sight[] } {
  const sights: Sight[] = [];
  const began = performance.now();
  const look = async () => {
    const seconds = (performance.now() - began) / 1000;
    const memory = residentMb(pid);
    sights.push({ seconds, ...memory, loopMs: await loopDelay(url) });
  };
  void loopDelay(url); // what went before is not of this watch
  const timer = setInterval(look, everyMs);
  return {
    end: () => {
      clearInterval(timer);
      return sights;
    },
  };
}

/** Resident memory in MiB (Linux). Memory that processes share counts once for each. */
function residentMb(pid: number): { mainMb: number | null; treeMb: number | null } {
  const parents = new Map<number, { parent: number; mb: number }>();
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const status = statusOf(name);
      const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
      parents.set(Number(name), { parent, mb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024 });
    }
  } catch {
    return { mainMb: null, treeMb: null };
  }
  const within = (process: number): boolean =>
    process === pid || (parents.has(process) && within(parents.get(process)!.parent));
  const treeMb = [...parents].reduce((sum, [process, { mb }]) => (within(process) ? sum + mb : sum), 0);
  return { mainMb: parents.get(pid)?.mb ?? null, treeMb };
}

/** The status of a process; empty when it has just ended. */
function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}

/** p99 of the event loop's delay in milliseconds, as the service tells it. */
async function loopDelay(url: string): Promise<number | null> {
  try {
    const response = await fetch(`${url}/metrics`);
    return response.ok ? loopDelayIn(await response.text()) : null;
  } catch {
    return null;
  }
}

/** The same in the text of /metrics. */
export function loopDelayIn(metrics: string): number | null {
  const found = /^placewright_event_loop_delay_seconds\{quantile="0\.99"\} (\S+)$/m.exec(metrics);
  return found ? 1000 * Number(found[1]) : null;
}
