import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { type Problem, problem } from '../problem.ts';
import type { KeySetting, RateLimit } from '../settings/schema.ts';

/** Who asks: what queue, rate limit, kept answers and log go by. */
export interface Client {
  readonly name: string; // of a key's entry, or an address
  readonly rateLimit: RateLimit | null; // null: any number of requests
  readonly urgency: number; // best urgency it may ask for, 0 (any) to 7
}

/**
 * A new key and the hash that the configuration keeps of it. Plain SHA-256 is right here: it need not be slow nor
 * salted as for passwords, since nobody can guess 256 random bits, and no two keys are the same. A slow hash would
 * only let anyone keep the service busy with wrong keys.
 */
export function newKey(): { key: string; hash: string } {
  const key = `pw_${randomBytes(32).toString('base64url')}`;
  return { key, hash: digest(key).toString('hex') };
}

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();

/** The keys of the configuration; with none of them, everyone is a client by address. */
export class Keyring {
  readonly #entries: readonly { readonly hash: Buffer; readonly client: Client }[];
  readonly #rateLimit: RateLimit | null;

  /** `rateLimit` is that of clients whose key has none of its own. */
  constructor(keys: readonly KeySetting[], rateLimit: RateLimit | null) {
    this.#rateLimit = rateLimit;
    this.#entries = keys.map(({ name, hash, rateLimit: own, urgency = 0 }) => ({
      hash: Buffer.from(hash, 'hex'),
      client: { name, rateLimit: own === undefined ? rateLimit : own, urgency },
    }));
  }

  /** The client that sends these headers from this address, or why it is none. */
  identify(headers: Headers, address: string): Client | Problem {
    if (this.#entries.length === 0) return { name: networkOf(address), rateLimit: this.#rateLimit, urgency: 0 };
    const presented = keyIn(headers);
    if (presented === null)
      return problem('unauthorized', "Expected a key, found none. Maybe add -H 'authorization: Bearer pw_…'.");
    return (
      this.#clientOf(presented) ??
      problem('unauthorized', 'Expected a key of this service, found another. Maybe it was replaced or cut off.')
    );
  }

  /** Looks at every entry, in the same time whether or where there is a match: the time tells nothing of the hashes. */
  #clientOf(key: string): Client | null {
    const hash = digest(key);
    let found: Client | null = null;
    for (const entry of this.#entries) if (timingSafeEqual(entry.hash, hash)) found = entry.client;
    return found;
  }
}

/** The key of `Authorization: Bearer KEY` or `X-API-Key: KEY`; the former wins. */
function keyIn(headers: Headers): string | null {
  const bearer = /^bearer +(\S+)\s*$/i.exec(headers.get('authorization') ?? '');
  return bearer?.[1] ?? headers.get('x-api-key');
}

/**
 * What a client without a key is called: its address, of IPv6 the first 64 bits, since one subscriber has as many
 * addresses as it likes below them.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%'); // without a zone
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  if (mapped) return mapped[1]!;
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const groups = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
