import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { MOST_NODES, MOST_TASKS } from '../../model/window.ts';
import { isLoopback } from '../guard/bind.ts';

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

/** What a setting says of itself: its meaning, and the unit of its number. */
const said = <T extends z.ZodType>(schema: T, description: string, unit = ''): T =>
  schema.meta({ description, unit }) as T;
const whole = (least: number, most: number) => z.number().int().min(least).max(most);

/** How many requests a client may send: `requests` in any `seconds`. */
export const rateLimitSchema = z.strictObject({ requests: whole(1, 1_000_000), seconds: whole(1, 86_400) });
export type RateLimit = z.output<typeof rateLimitSchema>;

/** An API key as it is kept: whose it is, the SHA-256 of it, and what its bearer may do. */
export const keySchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][\w.@-]{0,63}$/, 'a name of 1 to 64 letters, digits, . _ @ or -'),
  hash: z.string().regex(/^[0-9a-f]{64}$/i, 'the SHA-256 of a key as 64 hexadecimal digits'),
  rateLimit: rateLimitSchema.nullable().optional(), // default: the service's
  urgency: whole(0, 7).optional(), // the best it may ask for; default 0, the best there is
});
export type KeySetting = z.output<typeof keySchema>;

/** Two entries of one name are one client (rotation), so that they must agree in what it may do. */
const keysSchema = z.array(keySchema).check(({ value: keys, issues }) => {
  const fault = (at: number, message: string, hint: string) =>
    issues.push({ code: 'custom', message, path: [at], input: keys[at], params: { hint } });
  keys.forEach((key, at) => {
    const before = keys.slice(0, at);
    if (before.some(({ hash }) => hash.toLowerCase() === key.hash.toLowerCase()))
      fault(at, 'each key once', 'Maybe it was copied twice.');
    const same = before.find(({ name }) => name === key.name);
    if (same && rights(same) !== rights(key))
      fault(at, 'the same rateLimit and urgency for keys of one name', 'Maybe give it another name.');
  });
});
const rights = ({ rateLimit, urgency }: KeySetting): string => JSON.stringify([rateLimit, urgency ?? 0]);

/** An origin as browsers send it: scheme, host and port, nothing after it. */
const originSchema = z
  .string()
  .refine((text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text), {
    error: 'an origin such as https://example.org, or *',
    params: { hint: 'Maybe leave out what follows the host and port.' },
  });

/**
 * Every setting of the service. Names are those of placewright.config.json; in the environment `maxBodyBytes` is
 * PLACEWRIGHT_MAX_BODY_BYTES. docs/configuration.md is checked against this schema.
 */
export const settingsSchema = z.strictObject({
  host: said(
    z.string().min(1).max(255).default('127.0.0.1'),
    'Address to listen on. Beyond loopback it takes `keys`, or `allowOpen`.',
  ),
  port: said(whole(0, 65_535).default(8080), 'Port to listen on; 0 is any free one.'),
  planners: said(whole(1, 256), 'Processes that solve, one window each at a time.'),
  spares: said(whole(0, 16).default(1), 'Warm processes kept ready for when one ends.'),
  memoryMb: said(
    whole(128, 65_536).default(2048),
    'Memory that a planner may take for its window beyond what it takes at rest (512 MiB), and ceiling of its JavaScript heap. One that takes more is ended, and its window tried on another.',
    'MiB',
  ),
  recycleAfter: said(
    whole(1, 1_000_000_000).default(10_000),
    'Windows after which a planner is replaced by a fresh one.',
  ),
  recycleMemoryMb: said(
    whole(64, 1_048_576).default(1536),
    'Resident memory of an idle planner from which on it is replaced.',
    'MiB',
  ),
  queueLength: said(
    whole(1, 100_000).default(64),
    'Windows that may wait for a planner; beyond that, 503. One client may have as many waiting as there are places left: alone, half.',
  ),
  queueBytes: said(
    whole(1024, 1024 ** 4).default(256 * MIB),
    'Bodies that may arrive at the same time, together, and as much again that may wait; beyond that, 503. At least `maxBodyBytes`.',
    'bytes',
  ),
  waitMs: said(
    whole(0, HOUR_MS).default(60_000),
    'Longest a connection is held for an answer; `Prefer: wait` may ask for less. After it, 202 and a job.',
    'ms',
  ),
  maxDeadlineMs: said(whole(1, HOUR_MS).default(HOUR_MS), 'Largest `deadlineMs` taken.', 'ms'),
  longMs: said(whole(1, HOUR_MS).default(10_000), 'Windows with a larger `deadlineMs` are long.', 'ms'),
  longShare: said(
    z.number().min(0).max(1).default(0.5),
    'Share of the planners that long windows may hold, at least one of them.',
  ),
  keepMs: said(whole(1000, 86_400_000).default(HOUR_MS), 'How long a job and its answer are kept after its end.', 'ms'),
  keepBytes: said(
    whole(MIB, 1024 ** 4).default(256 * MIB),
    'Answers kept, together; the least recently used go first. A single larger one is not kept.',
    'bytes',
  ),
  maxBodyBytes: said(whole(1024, 256 * MIB).default(64 * MIB), 'Largest body, after decompression too.', 'bytes'),
  maxTasks: said(
    whole(1, MOST_TASKS).default(MOST_TASKS),
    'Most task entries of a window. Copies are not counted: solving folds them.',
  ),
  maxNodes: said(whole(1, MOST_NODES).default(MOST_NODES), 'Most nodes of a window, copies unfolded.'),
  maxPairs: said(
    whole(1, 1_000_000_000).default(25_000_000),
    'Most pairs of task entry and node entry; of equal node entries one counts, unless there is a `times` matrix.',
  ),
  rateLimit: said(
    rateLimitSchema.nullable(),
    'Requests that each client may send: `{ "requests": 600, "seconds": 60 }`, or null for any number. A client is a name in `keys` or, without keys, an address.',
  ),
  requestTimeoutMs: said(
    whole(100, HOUR_MS).default(30_000),
    'Within this the whole request must have arrived, or it is answered with 408.',
    'ms',
  ),
  headersTimeoutMs: said(whole(100, HOUR_MS), 'Within this its headers must have arrived.', 'ms'),
  writeTimeoutMs: said(
    whole(100, HOUR_MS).default(30_000),
    'A client that takes nothing of its answer for this long is cut off.',
    'ms',
  ),
  drainMs: said(
    whole(0, HOUR_MS).default(10_000),
    'How long a service that is told to stop waits for what it has in hand.',
    'ms',
  ),
  keys: said(
    keysSchema.default([]),
    'API keys: `[{ "name", "hash", "rateLimit"?, "urgency"? }]`, see below. None: everyone who reaches the service may use it.',
  ),
  allowOpen: said(z.boolean().default(false), 'Whether to listen beyond loopback without keys.'),
  cors: said(
    z.array(originSchema).default([]),
    'Origins whose pages may use the service from a browser; `*` is every one.',
  ),
  logLevel: said(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    'Least severe message that is logged.',
  ),
  logFile: said(z.string().min(1).nullable().default(null), 'File that the log is appended to; null: standard output.'),
  metrics: said(z.boolean().default(true), 'Whether `/metrics` is served.'),
  docs: said(z.boolean().default(true), 'Whether `/docs` and `/openapi.json` are served.'),
});

export type Settings = z.output<typeof settingsSchema>;
export type SettingName = keyof Settings;
export const SETTING_NAMES = Object.keys(settingsSchema.shape) as SettingName[];

/** Defaults that depend on the machine or on other settings, in words and as a value. */
export const DERIVED = {
  planners: { words: 'cores + 1', value: () => availableParallelism() + 1 },
  rateLimit: {
    words: 'null on loopback, else 600 in 60 s',
    value: ({ host }: Pick<Settings, 'host'>) => (isLoopback(host) ? null : { requests: 600, seconds: 60 }),
  },
  headersTimeoutMs: {
    words: '10000, at most requestTimeoutMs',
    value: ({ requestTimeoutMs }: Pick<Settings, 'requestTimeoutMs'>) => Math.min(10_000, requestTimeoutMs),
  },
} as const;

/** The environment variable of a setting: `maxBodyBytes` → PLACEWRIGHT_MAX_BODY_BYTES. */
export const variableOf = (name: string): string =>
  `PLACEWRIGHT_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
