import { existsSync } from 'node:fs';
import { type Loaded, loadSettings, type Sources } from '../api/settings/load.ts';
import type { Fault } from '../model/faults.ts';
import { BadInput } from './bad-input.ts';
import { readText } from './files.ts';

/** Read where neither --config nor PLACEWRIGHT_CONFIG names another one, if it is there. */
const USUAL_FILE = 'placewright.config.json';

/** The settings of file, environment and flags; throws bad input that lists every fault. */
export async function readSettings(
  config: string | undefined,
  flags: NonNullable<Sources['flags']>,
): Promise<Extract<Loaded, { ok: true }> & { readonly file: string | null }> {
  const name = config ?? (process.env.PLACEWRIGHT_CONFIG || (existsSync(USUAL_FILE) ? USUAL_FILE : null));
  const file = name === null ? null : { name, text: await readText(name) };
  const loaded = loadSettings({ env: process.env, file, flags });
  if (loaded.ok) return { ...loaded, file: name };
  const faults = loaded.faults.map(({ place, ...fault }) => ({ ...fault, pointer: place }) as Fault);
  const first = faults[0]!;
  throw new BadInput(
    loaded.code,
    `${faults.length === 1 ? 'One fault' : `${faults.length} faults`} in the settings; first: at ${first.pointer}, expected ${first.expected}, found ${first.found}. ${first.hint}`,
    'settings',
    faults,
  );
}
