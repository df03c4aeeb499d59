import { type ChildProcess, spawn } from 'node:child_process';
import { type Duplex, PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../../solver/state.ts';
import { LIFELINE, WIRE } from './descriptors.ts';
import type { Facts, PlannerJob, Posed, Report, Request } from './messages.ts';
import { residentBytesOf } from './resident.ts';
import { receive, send } from './wire.ts';

/** What a planner makes of a job: a status and the bytes of the document that goes with it. */
export interface PlannerReply {
  readonly status: number;
  readonly bytes: Buffer;
  readonly facts: Facts | null;
}

/** Who hears of a job at work. */
export interface Listener {
  posed(posed: Posed): void;
  progress(progress: Progress): void;
}

/** Why a planner is no more: it died of itself or of its memory, someone killed it, it was too slow, or had served its time. */
export type Cause = 'crash' | 'out-of-memory' | 'killed' | 'overdue' | 'recycled' | 'closed';

/** The planner died with the job in hand; another may do it. */
export class PlannerLost extends Error {
  readonly planner: Cause;
  readonly inHand: number; // jobs that it had, this one counted

  constructor(planner: Cause, inHand: number) {
    super(`a planner process ended: ${planner}`);
    this.planner = planner;
    this.inHand = inHand;
  }
}

/** The job made the planner throw: a bug. */
export class JobFailed extends Error {}

export interface PlannerOptions {
  readonly memoryMb: number; // ceiling of the JavaScript heap of each of its threads, in MiB
  readonly onEnd: (cause: Cause, wasReady: boolean) => void;
  readonly onWords: (words: string) => void; // what it writes to its standard error
}

interface Call {
  readonly listener: Listener;
  readonly lookers: ((bytes: Buffer | null) => void)[];
  resolve(reply: PlannerReply): void;
  reject(error: Error): void;
}

/** Signals of a process that V8 ended because its heap was full, and of one that was killed from outside. */
const OUT_OF_MEMORY = new Set<string | null>(['SIGABRT', 'SIGTRAP', 'SIGILL']);
const KILLED = new Set<string | null>(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);

/** Why a process ended that we did not end. */
const causeOf = (code: number | null, signal: string | null): Cause =>
  OUT_OF_MEMORY.has(signal) || code === 134 ? 'out-of-memory' : KILLED.has(signal) ? 'killed' : 'crash';

/** Arenas of glibc's malloc in a planner: by default each thread has its own, and keeps a fifth more memory than is in use. */
const ARENAS = '2';

/**
 * Flags of V8 in a planner. Each thread collects its own garbage: helpers would do so for threads that compute, at the cost of those that
 * keep deadlines.
 */
const FLAGS = ['--single-threaded-gc', '--v8-pool-size=1'];

/** A planner process, as the service sees it. */
export class Planner {
  /** Resolves when it takes jobs, rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Jobs it has done. */
  done = 0;
  /** Jobs it has done since it last had none in hand. */
  streak = 0;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  readonly #socket: Duplex;
  readonly #calls = new Map<number, Call>();
  #next = 1;
  #warm = false;
  #leaving = false;
  #cause: Cause | null = null;

  constructor({ memoryMb, onEnd, onWords }: PlannerOptions) {
    const file = fileURLToPath(new URL('./planner-process.js', import.meta.url));
    this.#process = spawn(process.execPath, [...FLAGS, `--max-old-space-size=${memoryMb}`, file], {
      stdio: ['ignore', 'inherit', 'pipe', 'pipe', 'pipe'], // as descriptors.ts has them
      env: { MALLOC_ARENA_MAX: ARENAS, ...process.env },
    });
    const { stdio } = this.#process as { stdio?: ChildProcess['stdio'] }; // none where the system has no descriptors left: `error` follows
    stdio?.[LIFELINE]?.on('error', () => {}); // the process is gone: `exit` follows
    this.#socket = (stdio?.[WIRE] as Duplex | undefined) ?? new PassThrough();
    this.#socket.on('error', () => {}); // the process is gone: `exit` follows
    this.#process.stderr?.setEncoding('utf8').on('data', onWords);
    this.ended = new Promise((resolve) => this.#process.once('close', () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      receive<Report>(this.#socket, ({ head, body }) => {
        if (head.type === 'ready') {
          this.#warm = true;
          resolve();
        } else this.#hear(head, body);
      });
      const gone = (cause: Cause) => {
        this.#cause ??= cause;
        const lost = new PlannerLost(this.#cause, this.#calls.size);
        reject(lost);
        for (const call of this.#calls.values()) {
          call.reject(lost);
          for (const look of call.lookers) look(null);
        }
        this.#calls.clear();
        onEnd(this.#cause, this.#warm);
      };
      this.#process.once('error', () => this.pid === undefined && gone('crash')); // it never began
      this.#process.once('exit', (code, signal) => gone(causeOf(code, signal)));
    });
    this.ready.catch(() => {}); // whoever waits for it hears; no one must
  }

  /** Whether it takes jobs: it is warm, and no one has ended it or has it leave. */
  get isReady(): boolean {
    return this.#warm && this.#cause === null && !this.#leaving;
  }

  /** Whether it takes no more jobs, and only sees to those it has. */
  get isLeaving(): boolean {
    return this.#leaving;
  }

  /** Jobs in hand. */
  get inHand(): number {
    return this.#calls.size;
  }

  /** Its resident memory in bytes; 0 where the system does not tell. */
  get residentBytes(): number {
    return residentBytesOf(this.#process.pid);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Works on a body. Rejects with {@link PlannerLost} or {@link JobFailed}. */
  run(
    job: PlannerJob,
    body: readonly Uint8Array[],
    listener: Listener,
  ): { readonly call: number; readonly reply: Promise<PlannerReply> } {
    const call = this.#next++;
    const reply = new Promise<PlannerReply>((resolve, reject) => {
      this.#calls.set(call, { listener, lookers: [], resolve, reject });
    });
    this.#send({ type: 'job', job: call, ...job }, body);
    return { call, reply };
  }

  /** The bytes of the answer that ending a job now would give; null when there is none yet, or the job is over. */
  look(call: number): Promise<Buffer | null> {
    return new Promise((resolve) => {
      const found = this.#calls.get(call);
      if (!found) return resolve(null);
      if (found.lookers.push(resolve) === 1) this.#send({ type: 'look', job: call }); // one look for all who ask meanwhile
    });
  }

  /** Asks for the end of a job, with the best so far. */
  stop(call: number): void {
    if (this.#calls.has(call)) this.#send({ type: 'stop', job: call });
  }

  /** Gives it no more jobs. */
  leave(): void {
    this.#leaving = true;
  }

  /** Ends the process at once. */
  end(cause: Cause): void {
    this.#cause ??= cause;
    this.#process.kill('SIGKILL');
  }

  #send(head: Request, body?: readonly Uint8Array[]): void {
    send(this.#socket, body ? { head, body } : { head });
  }

  #hear(head: Exclude<Report, { type: 'ready' }>, body: readonly Uint8Array[]): void {
    const call = this.#calls.get(head.job);
    if (!call) return;
    const { listener, lookers } = call;
    if (head.type === 'posed') listener.posed(head);
    else if (head.type === 'progress') listener.progress(head.progress);
    else if (head.type === 'look') {
      const bytes = Buffer.concat(body);
      for (const look of lookers.splice(0)) look(bytes.length > 0 ? bytes : null);
    } else {
      this.#calls.delete(head.job);
      this.done++;
      this.streak = this.#calls.size === 0 ? 0 : this.streak + 1;
      for (const look of lookers) look(null);
      if (head.type === 'done') call.resolve({ status: head.status, bytes: Buffer.concat(body), facts: head.facts });
      else call.reject(new JobFailed(head.reason));
    }
  }
}
