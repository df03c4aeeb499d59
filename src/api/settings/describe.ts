import type { Origin } from './load.ts';
import { SETTING_NAMES, type SettingName, type Settings } from './schema.ts';

/** The settings in effect, one to a line with where it comes from; of keys, names only. */
export function describeSettings(settings: Settings, origins: ReadonlyMap<SettingName, Origin>): string {
  const width = Math.max(...SETTING_NAMES.map(({ length }) => length));
  const rows = SETTING_NAMES.map(
    (name) => [name, shownSetting(name, settings), origins.get(name) ?? 'default'] as const,
  );
  const widest = Math.min(40, Math.max(...rows.map(([, value]) => value.length)));
  return rows.map(([name, value, origin]) => `${name.padEnd(width)}  ${value.padEnd(widest)}  ${origin}\n`).join('');
}

function shownSetting(name: SettingName, settings: Settings): string {
  if (name !== 'keys') return JSON.stringify(settings[name]);
  return JSON.stringify(settings.keys.map((key) => ({ ...key, hash: '***' })));
}
