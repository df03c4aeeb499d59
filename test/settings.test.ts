import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSettings } from '../dist/api/settings/describe.js';
import type { SettingFault } from '../dist/api/settings/faults.js';
import { loadSettings, type Sources } from '../dist/api/settings/load.js';
import { SETTING_NAMES, type Settings, settingsSchema, variableOf } from '../dist/api/settings/schema.js';
import { settingsTable } from './support/settings-table.ts';

const HASH = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);

function settingsOf(sources: Sources): Settings {
  const loaded = loadSettings(sources);
  expect(loaded).toMatchObject({ ok: true });
  return (loaded as { settings: Settings }).settings;
}
function faultsOf(sources: Sources): readonly SettingFault[] {
  const loaded = loadSettings(sources);
  expect(loaded).toMatchObject({ ok: false, code: 'invalid_settings' });
  return (loaded as { faults: readonly SettingFault[] }).faults;
}
const file = (content: unknown) => ({
  name: 'placewright.config.json',
  text: typeof content === 'string' ? content : JSON.stringify(content),
});

describe('sources', () => {
  it('without any, has a default for every setting', () => {
    const settings = settingsOf({});
    expect(Object.keys(settings).sort()).toEqual([...SETTING_NAMES].sort());
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      rateLimit: null,
      keys: [],
      headersTimeoutMs: 10_000,
    });
    expect(settings.planners).toBeGreaterThan(1);
  });

  it('flags win over the environment, the environment over the file, the file over defaults', () => {
    const loaded = loadSettings({
      file: file({ port: 1, spares: 2, queueLength: 3 }),
      env: { PLACEWRIGHT_PORT: '4', PLACEWRIGHT_SPARES: '5' },
      flags: { port: 6, host: undefined },
    });
    if (!loaded.ok) throw new Error('refused');
    expect(loaded.settings).toMatchObject({ port: 6, spares: 5, queueLength: 3, waitMs: 60_000 });
    expect(['port', 'spares', 'queueLength', 'waitMs'].map((name) => loaded.origins.get(name as 'port'))).toEqual([
      'flag',
      'environment',
      'file',
      'default',
    ]);
  });

  it('defaults that depend on others follow them, and null is a value of its own', () => {
    expect(settingsOf({ flags: { requestTimeoutMs: 5000 } }).headersTimeoutMs).toBe(5000);
    const open = { host: '0.0.0.0', allowOpen: true };
    expect(settingsOf({ flags: open }).rateLimit).toEqual({ requests: 600, seconds: 60 });
    expect(settingsOf({ flags: open, env: { PLACEWRIGHT_RATE_LIMIT: 'null' } }).rateLimit).toBeNull();
  });
});

it('a body that may be sent may wait, something may wait, and something is kept', () => {
  const places = (flags: NonNullable<Sources['flags']>) => {
    const loaded = loadSettings({ flags });
    return loaded.ok || loaded.faults.map(({ place }) => place);
  };
  expect(places({ queueLength: 0, keepMs: 0, keepBytes: 0 })).toEqual(['--queueLength', '--keepMs', '--keepBytes']);
  expect(places({ queueBytes: 1_000_000 })).toEqual(['--queueBytes']);
  expect(places({ queueBytes: 1_000_000, maxBodyBytes: 1_000_000 })).toBe(true);
});

describe('the environment', () => {
  it('takes every setting, as JSON or as plain text', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            port: fc.integer({ min: 0, max: 65_535 }),
            longShare: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0), // no −0
            allowOpen: fc.boolean(),
            logLevel: fc.constantFrom('trace', 'silent'),
            logFile: fc.constantFrom(null, '/var/log/placewright.log'),
            rateLimit: fc.constantFrom(null, { requests: 5, seconds: 1 }),
            cors: fc.constantFrom([], ['https://a.example'], ['https://a.example', 'http://b.example:81']),
          },
          { requiredKeys: [] },
        ),
        (some) => {
          const env = Object.fromEntries(
            Object.entries(some).map(([name, value]) => [
              variableOf(name),
              typeof value === 'string' ? value : JSON.stringify(value),
            ]),
          );
          expect(settingsOf({ env })).toMatchObject(some);
        },
      ),
    );
  });

  it('takes lists without JSON, too', () => {
    const env = {
      PLACEWRIGHT_KEYS: `ci:${HASH}, web:${OTHER}`,
      PLACEWRIGHT_CORS: 'https://a.example, https://b.example',
    };
    expect(settingsOf({ env })).toMatchObject({
      keys: [
        { name: 'ci', hash: HASH },
        { name: 'web', hash: OTHER },
      ],
      cors: ['https://a.example', 'https://b.example'],
    });
  });

  it('passes over what is empty, what others set, and what is not ours', () => {
    const env = {
      PLACEWRIGHT_SPARES: '',
      PLACEWRIGHT_DEBUG: '1',
      PLACEWRIGHT_CONFIG: 'x.json',
      PLACEWRIGHT_PORT: 'tcp://10.0.0.1:8080', // Kubernetes, for a service of this name
      PLACEWRIGHT_SERVICE_HOST: '10.0.0.1',
      PLACEWRIGHT_PORT_8080_TCP_ADDR: '10.0.0.1',
      PATH: '/bin',
    };
    expect(settingsOf({ env })).toEqual(settingsOf({}));
  });

  it('whatever it holds, settings come out that the schema takes, or faults that can be read', () => {
    const variable = fc.constantFrom(...SETTING_NAMES.map(variableOf), 'PLACEWRIGHT_PROT', 'PLACEWRIGHT_X');
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('1', '-1', '1e999', 'true', 'null', '{}', '[]', '[{}]', 'a:b'),
    );
    fc.assert(
      fc.property(fc.dictionary(variable, text, { maxKeys: 5 }), (env) => {
        const loaded = loadSettings({ env });
        expect(loaded.ok ? settingsSchema.safeParse(loaded.settings).success : loaded.faults.length > 0).toBe(true);
        for (const { place, expected, found, hint } of loaded.ok ? [] : loaded.faults) {
          expect(hint).toMatch(/^Maybe .*\.$/);
          expect(`${place} ${expected} ${found} ${hint}`.length).toBeLessThan(600);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('faults', () => {
  it('are told all at once, each with its place, what was expected and a guess', () => {
    const faults = faultsOf({
      file: file({
        prot: 80,
        port: '80',
        spares: 1.5,
        keys: [{ name: 'a', hash: HASH, urgncy: 1 }],
        logLevel: 'inf',
        metrics: 1,
      }),
      env: { PLACEWRIGHT_MAX_BODY_BYTE: '5', PLACEWRIGHT_LONG_SHARE: '2', PLACEWRIGHT_QUEUE_LENGTH: '64k' },
      flags: { port: 70_000 },
    });
    expect(
      faults.map(({ code, place, expected, found, hint }) => `${code} ${place}: ${expected}; ${found}; ${hint}`),
    ).toEqual([
      'unknown_field placewright.config.json: /prot: a setting that exists; "prot"; Maybe "port".',
      'unknown_field PLACEWRIGHT_MAX_BODY_BYTE: a setting that exists; "PLACEWRIGHT_MAX_BODY_BYTE"; Maybe PLACEWRIGHT_MAX_BODY_BYTES.',
      'wrong_type placewright.config.json: /port: a number; "80"; Maybe 80, without quotes.',
      'not_whole placewright.config.json: /spares: a whole number; 1.5; Maybe 2.',
      'unknown_field placewright.config.json: /keys/0: a field that exists; "urgncy"; Maybe "urgency".',
      'unknown_value placewright.config.json: /logLevel: one of trace, debug, info, warn, error, fatal, silent; "inf"; Maybe "info".',
      'wrong_type placewright.config.json: /metrics: true or false; 1; Maybe true.',
      'out_of_range PLACEWRIGHT_LONG_SHARE: a number of at most 1; 2; Maybe 1.',
      'wrong_type PLACEWRIGHT_QUEUE_LENGTH: a number; "64k"; Maybe write digits only, without a unit.',
      'out_of_range --port: a number of at most 65535; 70000; Maybe 65535.',
    ]);
  });

  it.each([
    ['no JSON', '{ "keys": "pw_secret', 'malformed_json'],
    ['nothing', '', 'malformed_json'],
    ['a list', '[]', 'wrong_type'],
    ['null', 'null', 'wrong_type'],
  ])('a file that is %s is refused without quoting it', (_, text, code) => {
    const faults = faultsOf({ file: file(text) });
    expect(faults).toMatchObject([{ code, place: 'placewright.config.json' }]);
    expect(JSON.stringify(faults)).not.toContain('pw_secret');
  });

  it('a value with fields of its own called toString is told like any other', () => {
    const faults = faultsOf({ file: file('{ "logLevel": { "toString": 1, "valueOf": null } }') });
    expect(faults).toMatchObject([{ code: 'unknown_value', place: 'placewright.config.json: /logLevel' }]);
  });

  it('a value nested as deep as can be is told like any other', () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const faults = faultsOf({ file: file(`{ "logLevel": ${deep} }`) });
    expect(faults).toMatchObject([{ code: 'unknown_value', found: 'a list of 1' }]);
  });

  it('whatever a file holds, it is taken or its faults can be read', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>([{ name: 'a', hash: HASH }], { requests: 1 }, [null], -1),
    );
    const names = fc.constantFrom<string>(...SETTING_NAMES, 'prot', '__proto__', '');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.dictionary(names, value).map((raw) => JSON.stringify(raw)),
        ),
        (text) => {
          const loaded = loadSettings({ file: file(text) });
          expect(loaded.ok ? settingsSchema.safeParse(loaded.settings).success : loaded.faults.length > 0).toBe(true);
          for (const { place, hint } of loaded.ok ? [] : loaded.faults)
            expect([place, hint]).toEqual([
              expect.stringMatching(/^placewright\.config\.json|^host$/),
              expect.stringMatching(/^Maybe .*\.$/),
            ]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of keys never show a key or a hash', () => {
    const key = `pw_${'k'.repeat(43)}`;
    const faults = faultsOf({ env: { PLACEWRIGHT_KEYS: `ci:${key},web:${HASH}0,bare` } });
    expect(faults.map(({ place, found }) => `${place}: ${found}`)).toEqual([
      'PLACEWRIGHT_KEYS/0/hash: a text of 46 characters',
      'PLACEWRIGHT_KEYS/1/hash: a text of 65 characters',
      'PLACEWRIGHT_KEYS/2/hash: nothing',
    ]);
    expect(faults[0]!.hint).toContain('the key itself');
    expect(JSON.stringify(faults)).not.toMatch(/kkk|abab/);
    expect(JSON.stringify(faultsOf({ env: { PLACEWRIGHT_KEYS: `[{"hash":"${HASH}"` } }))).not.toContain('abab');
  });

  it('of keys: the same one twice, or rights that differ under one name', () => {
    const twice = faultsOf({
      flags: {
        keys: [
          { name: 'a', hash: HASH },
          { name: 'b', hash: HASH.toUpperCase() },
        ],
      },
    });
    expect(twice).toMatchObject([{ place: '--keys/1', expected: 'each key once' }]);
    const rights = faultsOf({
      flags: {
        keys: [
          { name: 'a', hash: HASH },
          { name: 'a', hash: OTHER, urgency: 3 },
        ],
      },
    });
    expect(rights[0]!.expected).toContain('one name');
    const rotated = [
      { name: 'a', hash: HASH, urgency: 0 },
      { name: 'a', hash: OTHER },
    ];
    expect(settingsOf({ flags: { keys: rotated } }).keys).toHaveLength(2);
  });

  it.each(['https://a.example/', 'a.example', 'https://a.example/path', 'null', ''])('%j is no origin', (origin) => {
    expect(faultsOf({ flags: { cors: [origin] } })[0]!.place).toBe('--cors/0');
  });

  it('of settings that do not agree', () => {
    expect(faultsOf({ env: { PLACEWRIGHT_HEADERS_TIMEOUT_MS: '40000' } })).toMatchObject([
      { code: 'out_of_range', place: 'PLACEWRIGHT_HEADERS_TIMEOUT_MS', found: '40000' },
    ]);
    expect(faultsOf({ flags: { host: '0.0.0.0' } })).toMatchObject([{ code: 'missing_field', place: '--host' }]);
    settingsOf({ flags: { host: '0.0.0.0', keys: [{ name: 'a', hash: HASH }] } });
  });
});

describe('settings in effect', () => {
  it('are one to a line, with where each comes from, and hashes masked', () => {
    const loaded = loadSettings({ env: { PLACEWRIGHT_KEYS: `ci:${HASH}` }, flags: { port: 0 } });
    if (!loaded.ok) throw new Error('refused');
    const text = describeSettings(loaded.settings, loaded.origins);
    expect(text.split('\n')).toHaveLength(SETTING_NAMES.length + 1);
    expect(text).toMatch(/^port +0 +flag$/m);
    expect(text).toMatch(/^keys +\[{"name":"ci","hash":"\*\*\*"}\] +environment$/m);
    expect(text).toMatch(/^host +"127\.0\.0\.1" +default$/m);
    expect(text).not.toContain('abab');
  });

  it('docs/configuration.md lists every setting as the schema has it', () => {
    const lines = readFileSync('docs/configuration.md', 'utf8').split('\n');
    expect(lines.filter((line) => line.startsWith('| `') && line.includes('PLACEWRIGHT_'))).toEqual(
      settingsTable().slice(2),
    );
  });
});
