import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Operation } from '../../dist/api/operation.js';
import { random } from '../../dist/model/random.js';
import type { WindowInput } from '../../dist/model/window.js';
import { ruledWindow } from './ruled-window.ts';

/** A request as a careless, unlucky or ill-meaning caller may send it. */
export interface Fuzzed {
  readonly operation: Operation;
  readonly body: Uint8Array; // as sent
  readonly text: string; // of the body before it was compressed
  readonly intact: boolean; // whether what arrives, decompressed, is that text
  readonly headers: Readonly<Record<string, string>>;
}

export const OPERATIONS: readonly Operation[] = ['placements', 'comparisons', 'verifications', 'quotes', 'frontiers'];

/** Text that JSON.stringify can not write: put in where this stands between quotes. */
const raw = (text: string) => `@@${text}@@`;
const written = (value: unknown): string =>
  (JSON.stringify(value) ?? '')
    .replaceAll('"@@deep list@@"', '['.repeat(5000) + ']'.repeat(5000))
    .replaceAll('"@@deep object@@"', `${'{"a":'.repeat(5000)}null${'}'.repeat(5000)}`)
    .replaceAll(/"@@([^@"]*)@@"/g, '$1');

/** Values that no one expects. */
const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, 0, -0, -1, 0.5, 1e-320, 1e15, 1e16, 1e300, -1e300, 2 ** 53, 2 ** 31, 4294967296),
  fc.constantFrom(
    '',
    ' ',
    '__proto__',
    'constructor',
    'node',
    'kind',
    '#',
    'n0#0',
    't0',
    '\u0000',
    '\ud800',
    'é'.repeat(300),
  ),
  fc.constantFrom([], {}, [null], [[]], [{}], { a: null }, { not: [] }, { exists: 1 }, { min: 9, max: 1 }),
  fc.constantFrom(raw('1e999'), raw('-1e999'), raw('deep list'), raw('deep object'), raw('{"__proto__":{"a":1}}')),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map((number) => raw(String(number))),
  fc.jsonValue({ maxDepth: 3 }),
);

/** What a window may say beside tasks, nodes and rules. */
const settings = fc.record(
  {
    name: fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme', maxLength: 40 })),
    gap: fc.constantFrom(0, 0.01, 1),
    engine: fc.constantFrom('auto', 'auto', 'auto', 'glpk', 'highs', 'jslp'),
    compare: fc.boolean(),
    explain: fc.boolean(),
    work: fc.constantFrom(null, null, null, null, null, null, null, 1, 20),
    unplaced: fc.constantFrom('allow', 'forbid'),
    seed: fc.nat(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<WindowInput>>;

/** A window that can be solved: every field of the schema is drawn. */
const valid: fc.Arbitrary<WindowInput> = fc
  .record({
    seed: fc.nat(),
    mode: fc.constantFrom('integral', 'integral', 'divisible'),
    size: fc.constantFrom(1, 6, 6, 6, 12),
    deadlineMs: fc.integer({ min: 20, max: 50 }),
    more: settings,
  })
  .map(({ seed, mode, size, deadlineMs, more }) => ({
    ...ruledWindow(seed, { mode, mostTasks: size, mostNodes: size }),
    ...more,
    deadlineMs,
  }));

/** The body of an operation on a window. */
function bodyFor(operation: Operation, window: WindowInput, seed: number): unknown {
  const next = random(seed);
  const upTo = (n: number) => Math.floor(next() * n);
  const [task = { id: 'x', demand: {} }, ...others] = window.tasks;
  const line = () => ({
    task: window.tasks[upTo(window.tasks.length)]?.id ?? 'x',
    node: window.nodes[upTo(window.nodes.length)]?.id ?? 'y',
    copies: 1 + upTo(2),
  });
  const plan = Array.from({ length: upTo(6) }, line);
  const [row, ...rows] = window.times ?? [];
  switch (operation) {
    case 'placements':
    case 'comparisons':
      return window;
    case 'verifications':
      return { window, plan };
    case 'quotes':
      return {
        window: { ...window, tasks: others, ...(window.times ? { times: rows } : {}) },
        task,
        ...(row ? { times: row } : {}),
        ...(next() < 0.5 ? { plan: plan.filter((one) => one.task !== task.id) } : {}),
      };
    case 'frontiers':
      return { window, ...(next() < 0.5 ? { moves: [0, upTo(4), null] } : {}) };
  }
}

/** A change somewhere in a document: by where, how, and with what. */
interface Change {
  readonly steps: readonly number[];
  readonly how: 'set' | 'drop' | 'rename' | 'again' | 'add';
  readonly value: unknown;
  readonly name: string;
}
const change: fc.Arbitrary<Change> = fc.record({
  steps: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  how: fc.constantFrom('set', 'set', 'set', 'drop', 'rename', 'again', 'add'),
  value: strange,
  name: fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'deadlineMs', 'Id', 'cpu ', ''),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  ),
});

type Container = Record<string, unknown>;

/** Makes a change in a document of plain objects and lists. */
function changed(document: unknown, { steps, how, value, name }: Change): unknown {
  const root = { document };
  let at: Container = root;
  let key = 'document';
  for (const step of steps) {
    const next = at[key];
    if (next === null || typeof next !== 'object' || Object.keys(next).length === 0) break;
    at = next as Container;
    key = Object.keys(at)[step % Object.keys(at).length]!;
  }
  const old = at[key];
  const put = (field: string, what: unknown) =>
    Array.isArray(at)
      ? at.push(what)
      : Object.defineProperty(at, field, { value: what, enumerable: true, writable: true, configurable: true });
  if (how === 'set') at[key] = structuredClone(value);
  else if (how === 'again') put(key, structuredClone(old));
  else if (how === 'add') put(name, structuredClone(value));
  else {
    if (Array.isArray(at)) at.splice(Number(key), 1);
    else delete at[key];
    if (how === 'rename') put(name, old);
  }
  return root.document;
}

/** A change of bytes, by where and how much. */
interface Damage {
  readonly how: 'flip' | 'cut' | 'insert' | 'duplicate' | 'splice';
  readonly at: number; // share of the length
  readonly length: number;
  readonly bytes: Uint8Array;
}
const damage: fc.Arbitrary<Damage> = fc.record({
  how: fc.constantFrom('flip', 'flip', 'cut', 'insert', 'duplicate', 'splice'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 200 }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc
      .constantFrom('{', '}', '[', ']', '"', ',', ':', '0', '-', 'e9', 'null', '\\', '\n')
      .map((text) => Buffer.from(text)),
  ),
});

/** Bytes after a change of them. */
function damaged(bytes: Uint8Array, { how, at, length, bytes: other }: Damage): Uint8Array {
  const start = Math.floor(at * bytes.length);
  const [before, piece, after] = [
    bytes.slice(0, start),
    bytes.slice(start, start + length),
    bytes.slice(start + length),
  ];
  const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  switch (how) {
    case 'flip':
      return joined(
        before,
        piece.slice(0, 1).map((byte) => byte ^ other[0]!),
        piece.slice(1),
        after,
      );
    case 'cut':
      return joined(before, after);
    case 'insert':
      return joined(before, other, piece, after);
    case 'duplicate':
      return joined(before, piece, piece, after);
    case 'splice':
      return joined(before, bytes.slice(bytes.length - start, bytes.length - start + length), after);
  }
}

/** The text of a body: mostly of a window, mostly with something wrong. */
const textFor = (operation: Operation): fc.Arbitrary<string> => {
  const sound = fc.tuple(valid, fc.nat()).map(([window, seed]) => bodyFor(operation, window, seed));
  const near = fc
    .tuple(sound, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([body, changes]) => changes.reduce<unknown>(changed, structuredClone(body)));
  return fc.oneof(
    { weight: 4, arbitrary: sound.map(written) },
    { weight: 6, arbitrary: near.map(written) },
    { weight: 1, arbitrary: fc.oneof(fc.json({ maxDepth: 4 }), fc.string({ unit: 'binary' }), strange.map(written)) },
  );
};

const packers: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
};

const visible = fc.string({
  unit: fc
    .oneof(fc.integer({ min: 0x21, max: 0x7e }), fc.integer({ min: 0xa1, max: 0xff }))
    .map((code) => String.fromCharCode(code)),
  maxLength: 300,
});
const headers = fc.record(
  {
    prefer: fc.oneof(
      fc.constantFrom(
        'respond-async',
        'wait=0',
        'wait=1',
        'wait=99999999999',
        'wait="2", respond-async',
        'wait',
        ',;=',
      ),
      visible,
    ),
    'idempotency-key': fc.oneof(fc.uuid(), fc.constantFrom('a', 'b', 'c'), visible),
    priority: fc.oneof(fc.constantFrom('u=0', 'u=7', 'u=9', 'i, u=2', 'u=-1'), visible),
    traceparent: fc.oneof(
      fc.constantFrom('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '00-0-0-0', 'ff-'),
      visible,
    ),
    'content-type': fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('application/json', 'application/json; charset=latin1') },
      { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/x-json', '/') },
      { weight: 1, arbitrary: visible },
    ),
    authorization: visible,
    'x-api-key': visible,
    accept: visible,
    'content-encoding': fc.oneof(
      fc.constantFrom('gzip', 'deflate', 'br', 'x-gzip', 'GZIP', 'gzip, gzip', 'zstd'),
      visible,
    ),
  },
  { requiredKeys: [] },
);

/** Chance of each header to be there, but content-encoding: that one comes with how the body is packed. */
const someHeaders = fc
  .tuple(headers, fc.integer({ min: 0, max: 9 }))
  .map(([all, kept]) =>
    Object.fromEntries(
      Object.entries(all).filter(([name], at) => name !== 'content-encoding' && (at + kept) % 5 === 0),
    ),
  );

/** Any request to any operation. */
export const fuzzed: fc.Arbitrary<Fuzzed> = fc.constantFrom(...OPERATIONS, 'placements' as const).chain((operation) =>
  fc
    .record({
      text: textFor(operation),
      harm: fc.oneof(
        { weight: 5, arbitrary: fc.constant<Damage[]>([]) },
        { weight: 1, arbitrary: fc.array(damage, { minLength: 1, maxLength: 4 }) },
      ),
      packing: fc.constantFrom('identity', 'identity', 'identity', 'gzip', 'deflate', 'br'),
      packedHarm: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: damage }),
      encoding: fc.oneof(
        { weight: 29, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: headers.map((all) => all['content-encoding'] ?? null) },
      ),
      given: someHeaders,
    })
    .map(({ text, harm, packing, packedHarm, encoding, given }): Fuzzed => {
      const plain = harm.reduce<Uint8Array>(damaged, Buffer.from(text));
      const packed = packers[packing]!(plain);
      const declared = encoding ?? (packing === 'identity' ? null : packing);
      return {
        operation,
        body: packedHarm && packing !== 'identity' ? damaged(packed, packedHarm) : packed,
        text: Buffer.from(plain).toString('utf8'),
        intact: encoding === null && (packedHarm === null || packing === 'identity'),
        headers: { ...given, ...(declared === null ? {} : { 'content-encoding': declared }) },
      };
    }),
);
