import { closest, shown } from '../../model/faults.ts';
import { isOpen } from '../guard/bind.ts';
import { type Environment, fromEnvironment } from './environment.ts';
import { guess, type SettingFault, settingFaults } from './faults.ts';
import { DERIVED, SETTING_NAMES, type SettingName, type Settings, settingsSchema, variableOf } from './schema.ts';

/** Where a setting comes from: later ones win. */
export type Origin = 'default' | 'file' | 'environment' | 'flag';

/** What settings are made of. */
export interface Sources {
  readonly env?: Environment;
  /** The configuration file: its name, for messages, and its text. */
  readonly file?: { readonly name: string; readonly text: string } | null;
  /** Flags of the command line by setting, as typed values; undefined ones count as absent. */
  readonly flags?: { readonly [name in SettingName]?: Settings[name] | undefined };
}

/** Settings that can be used, and where each comes from; or everything that is wrong with them. */
export type Loaded =
  | { readonly ok: true; readonly settings: Settings; readonly origins: ReadonlyMap<SettingName, Origin> }
  | { readonly ok: false; readonly code: 'invalid_settings'; readonly faults: readonly SettingFault[] };

/**
 * Merges defaults, file, environment and flags; the last that names a setting wins. Every source is checked as a whole,
 * also where another one wins, so that no fault shows up only later.
 */
export function loadSettings({ env = {}, file = null, flags = {} }: Sources): Loaded {
  const named = fromEnvironment(env);
  const read = file ? fromFile(file) : { values: new Map<SettingName, unknown>(), faults: [] };
  const typed = new Map(Object.entries(flags).filter(([, value]) => value !== undefined)) as Map<SettingName, unknown>;
  const faults: SettingFault[] = [...read.faults, ...named.faults];
  const chosen = new Map<SettingName, unknown>();
  const origins = new Map<SettingName, Origin>();
  const take = (origin: Origin, values: Map<SettingName, unknown>, placeOf: (name: SettingName) => string) => {
    for (const [name, value] of values) {
      const parsed = settingsSchema.shape[name].safeParse(value);
      if (!parsed.success) faults.push(...settingFaults(parsed.error.issues, value, placeOf(name), name === 'keys'));
      chosen.set(name, parsed.success ? parsed.data : undefined);
      origins.set(name, origin);
    }
  };
  take('file', read.values, (name) => `${file?.name}: /${name}`);
  take('environment', named.values, variableOf);
  take('flag', typed, (name) => `--${name}`);
  const settings = withDefaults(chosen);
  if (faults.length === 0)
    faults.push(...disagreements(settings, (name) => placeOf(origins.get(name), name, file?.name)));
  if (faults.length > 0) return { ok: false, code: 'invalid_settings', faults };
  for (const name of SETTING_NAMES) if (!origins.has(name)) origins.set(name, 'default');
  return { ok: true, settings, origins };
}

/** Settings in which those that are not given have their defaults. What is given is believed. */
export const completed = (given: Partial<Settings>): Settings =>
  withDefaults(new Map(Object.entries(given) as [SettingName, unknown][]));

function withDefaults(chosen: ReadonlyMap<SettingName, unknown>): Settings {
  const settled = SETTING_NAMES.filter((name) => !(name in DERIVED)).map((name) => [
    name,
    chosen.get(name) ?? settingsSchema.shape[name].safeParse(undefined).data,
  ]);
  const settings = Object.fromEntries(settled) as Settings;
  for (const name of Object.keys(DERIVED) as (keyof typeof DERIVED)[]) {
    const value = chosen.get(name);
    Object.assign(settings, { [name]: value === undefined ? DERIVED[name].value(settings) : value });
  }
  return settings;
}

/** The settings that a file names. */
function fromFile({ name: file, text }: { name: string; text: string }): {
  values: Map<SettingName, unknown>;
  faults: SettingFault[];
} {
  const values = new Map<SettingName, unknown>();
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    const found = text.trim() === '' ? 'nothing' : placeIn(text, String(error));
    const hint = 'Maybe a comma, quote or bracket is missing; JSON has no comments.';
    return { values, faults: [{ code: 'malformed_json', place: file, expected: 'a JSON document', found, hint }] };
  }
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    const hint = 'Maybe { "port": 8080 }.';
    return {
      values,
      faults: [{ code: 'wrong_type', place: file, expected: 'an object of settings', found: shown(raw), hint }],
    };
  }
  const faults: SettingFault[] = [];
  for (const [name, value] of Object.entries(raw)) {
    if (name === '$schema') continue;
    if ((SETTING_NAMES as string[]).includes(name)) values.set(name as SettingName, value);
    else faults.push(unknownSetting(name, `${file}: /${name.slice(0, 80)}`));
  }
  return { values, faults };
}

/** Where reading JSON stopped, without the text around it, which may hold a secret. */
function placeIn(text: string, words: string): string {
  const position = /position (\d+)/.exec(words)?.[1];
  if (position === undefined) return 'text that is cut off or no JSON';
  const before = text.slice(0, Number(position)).split('\n');
  return `a fault at line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

const unknownSetting = (name: string, place: string): SettingFault => ({
  code: 'unknown_field',
  place,
  expected: 'a setting that exists',
  found: shown(name),
  hint:
    closest(name, SETTING_NAMES) === undefined
      ? 'Maybe see docs/configuration.md for their names.'
      : guess(name, SETTING_NAMES),
});

/** What is wrong with settings that are each fine alone. */
function disagreements(settings: Settings, placeOf: (name: SettingName) => string): SettingFault[] {
  const faults: SettingFault[] = [];
  const { headersTimeoutMs, requestTimeoutMs, queueBytes, maxBodyBytes, host } = settings;
  if (headersTimeoutMs > requestTimeoutMs)
    faults.push({
      code: 'out_of_range',
      place: placeOf('headersTimeoutMs'),
      expected: `at most requestTimeoutMs, ${requestTimeoutMs}`,
      found: String(headersTimeoutMs),
      hint: 'Maybe leave headersTimeoutMs out.',
    });
  if (queueBytes < maxBodyBytes)
    faults.push({
      code: 'out_of_range',
      place: placeOf('queueBytes'),
      expected: `at least maxBodyBytes, ${maxBodyBytes}`,
      found: String(queueBytes),
      hint: 'Maybe lower maxBodyBytes, too: a larger body could never wait.',
    });
  if (isOpen(settings))
    faults.push({
      code: 'missing_field',
      place: placeOf('host'),
      expected: 'keys where the service listens beyond this machine',
      found: `no keys for ${shown(host)}`,
      hint: 'Maybe `placewright keys new NAME` makes one; `allowOpen` does without.',
    });
  return faults;
}

function placeOf(origin: Origin | undefined, name: SettingName, file = ''): string {
  if (origin === 'file') return `${file}: /${name}`;
  if (origin === 'flag') return `--${name}`;
  return origin === 'environment' ? variableOf(name) : name;
}
