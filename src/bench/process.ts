import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Job } from './child.ts';
import type { Outcome } from './contender.ts';

/** What came of a job: the contender's words and what its process took, or how it ended. */
export interface Measured {
  readonly outcome: Outcome | null; // null: it can not take such a window, or was ended
  readonly end: 'answered' | 'declined' | 'killed' | 'died';
  readonly cpuMs: number | null; // all threads of the process, posing included
  readonly peakMb: number | null; // resident memory of the process at its highest, warm-up included
}

/** Seconds, and share of its limit, that a contender may be late before its process is killed. */
const GRACE_SECONDS = 3;
const GRACE_SHARE = 0.25;

/** A contender in a process of its own, started when it is first needed and again after it had to be killed. */
export class ContenderProcess {
  readonly host: string;
  version: string | null = null;
  readonly #warmUpSeconds: number; // at most
  #child: ChildProcess | null = null;

  constructor(host: string, warmUpSeconds: number) {
    this.host = host;
    this.#warmUpSeconds = warmUpSeconds;
  }

  /** Starts and warms it up; false when it is not installed. */
  async start(): Promise<boolean> {
    if (this.#child) return true;
    const child = fork(new URL('./child.js', import.meta.url), [this.host, String(this.#warmUpSeconds)], {
      serialization: 'advanced',
      execArgv: ['--max-old-space-size=8192'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    // libraries chatter; their last words are told when they die of it
    let words = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-2000);
    });
    const hello = (await messageOf(child, Number.POSITIVE_INFINITY)) as { version: string | null } | 'died';
    if (hello === 'died') throw new Error(`${this.host} died before its first window: ${words}`);
    this.version = hello.version;
    this.#child = child;
    if (this.version === null) this.end();
    return this.version !== null;
  }

  async run(job: Job): Promise<Measured> {
    if (!(await this.start())) return { outcome: null, end: 'declined', cpuMs: null, peakMb: null };
    const child = this.#child!;
    child.send(job);
    const reply = await messageOf(child, 1000 * (GRACE_SECONDS + (1 + GRACE_SHARE) * job.seconds));
    if (reply === 'died' || reply === 'late') {
      const peakMb = peakOf(child.pid!);
      this.end();
      return { outcome: null, end: reply === 'late' ? 'killed' : 'died', cpuMs: null, peakMb };
    }
    const measured = reply as Omit<Measured, 'end'>;
    return { ...measured, end: measured.outcome ? 'answered' : 'declined' };
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }
}

/** The next message of a process, `died` when it ends first, `late` when nothing came within `ms`. */
function messageOf(child: ChildProcess, ms: number): Promise<unknown> {
  return new Promise((resolve) => {
    const settle = (value: unknown) => {
      clearTimeout(timer);
      child.removeAllListeners('message');
      child.removeAllListeners('exit');
      resolve(value);
    };
    const timer = Number.isFinite(ms) ? setTimeout(settle, ms, 'late') : undefined;
    child.once('message', settle);
    child.once('exit', () => settle('died'));
  });
}

/** Peak resident memory of a process that no longer answers, where the system tells (Linux). */
function peakOf(pid: number): number | null {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024 || null;
  } catch {
    return null;
  }
}
