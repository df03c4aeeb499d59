import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Settings } from '../settings/schema.ts';
import type { Job } from './job.ts';

/** For how long, and how many bytes of answers, jobs are kept. */
export type StoreOptions = Pick<Settings, 'keepMs' | 'keepBytes'>;

/** What a kept job weighs beside its answer, in bytes: its events and itself. */
const OWN_BYTES = 16 * 1024;
/** Milliseconds between two rounds in which what has expired is let go. */
const ROUND_MS = 30_000;

/** The jobs that someone may come back for: those at work, and for a while those that are over. */
export class JobStore {
  readonly #open = new Map<string, Job>();
  readonly #over: LRUCache<string, Job>;
  readonly #byKey = new Map<string, { readonly digest: string; readonly job: Job }>();
  readonly #keepMs: number;
  readonly #rounds: NodeJS.Timeout;

  constructor({ keepMs, keepBytes }: StoreOptions) {
    this.#keepMs = keepMs;
    this.#over = new LRUCache<string, Job>({
      ttl: Math.max(1, keepMs), // 0 would be for ever
      maxSize: Math.max(1, keepBytes), // 0 would be no limit
      sizeCalculation: ({ outcome }) => OWN_BYTES + (outcome?.bytes.byteLength ?? 0),
      dispose: (job) => this.#forgetKey(job),
    });
    this.#rounds = setInterval(() => this.#over.purgeStale(), ROUND_MS).unref();
  }

  /** Jobs that are over and kept, and what they weigh. */
  get kept(): { readonly jobs: number; readonly bytes: number } {
    return { jobs: this.#over.size, bytes: this.#over.calculatedSize };
  }

  /** Whether someone will come back for a job that is at work. */
  get promised(): boolean {
    return [...this.#open.values()].some(({ promised }) => promised);
  }

  /** A client's job; null when there is none, no more, or it is another's. */
  find(id: string, client: string): Job | null {
    const job = this.#open.get(id) ?? this.#over.get(id);
    return job?.kept && job.client === client ? job : null;
  }

  /** When a kept job is forgotten at the latest, while none push it out; null while it is at work. */
  expires({ finished, kept }: Job): Date | null {
    return finished && kept ? new Date(finished.getTime() + this.#keepMs) : null;
  }

  /** Takes in a job at work, and what becomes of it if it is kept by then. */
  add(job: Job): void {
    this.#open.set(job.id, job);
    const unwatch = job.watch(() => {
      if (!job.over) return;
      unwatch();
      this.#open.delete(job.id);
      if (job.kept) this.#over.set(job.id, job);
      if (job.outcome!.status >= 400 || !this.#over.has(job.id)) this.#forgetKey(job); // may be tried again
    });
  }

  /** The job that a client gave a key to; `same` tells whether its body had the same digest. */
  withKey(client: string, key: string, digest: string): { readonly job: Job; readonly same: boolean } | null {
    const found = this.#byKey.get(keyOf(client, key));
    return found ? { job: found.job, same: found.digest === digest } : null;
  }

  setKey(job: Job, key: string, digest: string): void {
    job.key = key;
    this.#byKey.set(keyOf(job.client, key), { digest, job });
  }

  close(): void {
    clearInterval(this.#rounds);
  }

  #forgetKey(job: Job): void {
    if (job.key !== null && this.#byKey.get(keyOf(job.client, job.key))?.job === job)
      this.#byKey.delete(keyOf(job.client, job.key));
  }
}

const keyOf = (client: string, key: string): string => JSON.stringify([client, key]);

/** Bytes hashed before others get their turn. */
const HASHED_AT_ONCE = 1024 * 1024;

/** The SHA-256 of a body. */
export async function digestOf(body: readonly Uint8Array[]): Promise<string> {
  const hash = createHash('sha256');
  let since = 0;
  for (const piece of body) {
    hash.update(piece);
    since += piece.byteLength;
    if (since < HASHED_AT_ONCE) continue;
    since = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return hash.digest('hex');
}
