/** What may wait in a queue. */
export interface Waiting {
  readonly client: string;
  readonly urgency: number; // 0, the most urgent, to 7
  readonly bytes: number; // held while it waits
}

export interface QueueLimits {
  readonly length: number; // entries
  readonly bytes: number;
}

/**
 * Waiting jobs: the most urgent first, of equally urgent ones those of the client with the least at work, in the order
 * they came. A client may have no more waiting than there are places free, so that one alone gets half of them and others
 * always find room (dynamic thresholds: Choudhury and Hahne, Dynamic queue length thresholds for shared-memory packet
 * switches, IEEE/ACM Transactions on Networking 6, 1998).
 */
export class FairQueue<T extends Waiting> {
  readonly #limits: QueueLimits;
  readonly #waiting = new Map<string, T[]>(); // client → its entries, next first
  readonly #served = new Map<string, number>(); // waiting client → the turn at which one of its jobs was last taken
  #length = 0;
  #bytes = 0;
  #turn = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes an entry in, or returns false: there is no room for it. */
  offer(entry: T): boolean {
    const own = this.#waiting.get(entry.client) ?? [];
    const fits =
      own.length < this.#limits.length - this.#length && bytesOf(own) + entry.bytes <= this.#limits.bytes - this.#bytes;
    if (!fits) return false;
    if (own.length === 0) this.#served.set(entry.client, this.#turn - 0.5); // before whoever is served already
    const at = own.findIndex(({ urgency }) => urgency > entry.urgency);
    own.splice(at < 0 ? own.length : at, 0, entry);
    this.#waiting.set(entry.client, own);
    this.#length++;
    this.#bytes += entry.bytes;
    return true;
  }

  /** Takes out whose turn it is, of those that may; null when there is none. `atWork` tells how many jobs of a client are. */
  take(atWork: (client: string) => number, may: (entry: T) => boolean): T | null {
    let best: { readonly entry: T; readonly rank: readonly number[] } | null = null;
    for (const [client, own] of this.#waiting) {
      const entry = own.find(may);
      if (!entry) continue;
      const rank = [entry.urgency, atWork(client), this.#served.get(client)!];
      if (!best || less(rank, best.rank)) best = { entry, rank };
    }
    if (!best) return null;
    this.#served.set(best.entry.client, ++this.#turn);
    this.remove(best.entry);
    return best.entry;
  }

  /** Takes an entry out, wherever it stands. */
  remove(entry: T): boolean {
    const own = this.#waiting.get(entry.client) ?? [];
    const at = own.indexOf(entry);
    if (at < 0) return false;
    own.splice(at, 1);
    if (own.length === 0) {
      this.#waiting.delete(entry.client);
      this.#served.delete(entry.client);
    }
    this.#length--;
    this.#bytes -= entry.bytes;
    return true;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const own of this.#waiting.values()) yield* own;
  }
}

const bytesOf = (entries: readonly Waiting[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);

/** Whether a rank comes before another: by its first number, then its second, … */
function less(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, k) => value !== b[k]);
  return at >= 0 && a[at]! < b[at]!;
}
