import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { VERSION } from '../version.ts';
import type { CaseFacts, Run, Turn } from './figures.ts';

/** Where and with what runs were measured: the first line of each sitting. */
export interface Session {
  readonly kind: 'session';
  readonly id: string;
  readonly started: string; // ISO 8601
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memoryMb: number;
    readonly system: string;
    readonly node: string;
  };
  readonly version: string; // of Placewright
  readonly commit: string | null;
  readonly arguments: readonly string[];
}

/** The suite of a user's own windows. */
export const YOURS = 'your windows';

/** A window as records know it. */
export interface CaseRecord extends CaseFacts {
  readonly suite: string;
  readonly tasks: number; // entries
  readonly copies: number;
  readonly nodes: number; // copies
  readonly now?: readonly number[]; // nodes → share in use by what runs already; absent where nothing does
}

/** One run: a line of `runs.jsonl`. Its plan is left out; what was recomputed of it is there. */
export interface RunRecord {
  readonly kind: 'run';
  readonly session: string;
  readonly case: CaseRecord;
  readonly version: string; // of the contender
  readonly load: number; // processes that ran or wanted to, the mean of the last minute; 0 where the system does not tell
  readonly run: Run;
}

/** Most incumbents of a run that are kept: the first, the last, and evenly between. */
const MOST_INCUMBENTS = 150;

/** The session that begins now. */
export const newSession = (words: readonly string[]): Session => ({
  kind: 'session',
  id: new Date().toISOString(),
  started: new Date().toISOString(),
  machine: {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryMb: Math.round(totalmem() / 2 ** 20),
    system: `${platform()} ${arch()}`,
    node: process.version,
  },
  version: VERSION,
  commit: commit(),
  arguments: words,
});

/** What of a run is kept. */
export function recorded(run: Run): Run {
  const { outcome } = run.measured;
  if (!outcome) return run;
  const { incumbents } = outcome;
  const step = Math.max(1, incumbents.length / MOST_INCUMBENTS);
  const kept = incumbents.filter(
    (_, k) => k === incumbents.length - 1 || Math.floor(k / step) !== Math.floor((k - 1) / step),
  );
  return { ...run, measured: { ...run.measured, outcome: { ...outcome, plan: null, incumbents: kept } } };
}

/** What makes a run the same run: measured again, the newer one counts. */
export const keyOf = (name: string, { contender, seed, seconds, repeat }: Turn): string =>
  JSON.stringify([name, contender, seed, seconds, repeat]);

/** Sessions and runs of a `runs.jsonl`, the newest of each run; a line that was cut off is passed over. */
export function readRecords(text: string): { readonly sessions: Session[]; readonly runs: RunRecord[] } {
  const sessions: Session[] = [];
  const runs = new Map<string, RunRecord>();
  for (const line of text.split('\n')) {
    const record = parsed(line);
    if (record?.kind === 'session') sessions.push(record);
    if (record?.kind === 'run') runs.set(keyOf(record.case.name, record.run), record);
  }
  return { sessions, runs: [...runs.values()] };
}

function parsed(line: string): Session | RunRecord | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Whether runs of two sessions can stand side by side. */
export const alike = (a: Session, b: Session): boolean =>
  a.version === b.version &&
  a.commit === b.commit &&
  a.machine.processor === b.machine.processor &&
  a.machine.cores === b.machine.cores &&
  a.machine.node === b.machine.node;

/** The commit of this package where it is a checkout, null where it was installed. */
function commit(): string | null {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (!existsSync(`${root}/.git`)) return null;
  try {
    return execFileSync('git', ['-C', root, 'describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
