import type { z } from 'zod';
import { closest, short } from '../../model/faults.ts';
import type { SettingFault } from './faults.ts';
import { SETTING_NAMES, type SettingName, settingsSchema, variableOf } from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of the same prefix that are no settings: which file to read, and traces of bugs. */
const OTHERS = ['PLACEWRIGHT_CONFIG', 'PLACEWRIGHT_DEBUG'];

/** What Kubernetes and Docker set of themselves in the neighbours of a service called placewright. */
const LINKS = /^PLACEWRIGHT_(SERVICE_(HOST|PORT\w*)|PORT_\d+_(TCP|UDP|SCTP)\w*)$/;
const LINKED_PORT = /^(tcp|udp|sctp):\/\//;

/** The settings that the environment names, as values still to be validated. Empty variables count as absent. */
export function fromEnvironment(env: Environment): { values: Map<SettingName, unknown>; faults: SettingFault[] } {
  const names = new Map(SETTING_NAMES.map((name) => [variableOf(name), name]));
  const values = new Map<SettingName, unknown>();
  const faults: SettingFault[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith('PLACEWRIGHT_') || !text || OTHERS.includes(variable) || LINKS.test(variable)) continue;
    const name = names.get(variable);
    if (name === undefined) faults.push(unknownVariable(variable, [...names.keys(), ...OTHERS]));
    else if (name !== 'port' || !LINKED_PORT.test(text)) values.set(name, valueIn(text.trim(), name));
  }
  return { values, faults };
}

function unknownVariable(variable: string, names: readonly string[]): SettingFault {
  const near = closest(variable, names);
  return {
    code: 'unknown_field',
    place: short(variable, 80),
    expected: 'a setting that exists',
    found: JSON.stringify(short(variable, 80)),
    hint: near === undefined ? 'Maybe see docs/configuration.md for their names.' : `Maybe ${near}.`,
  };
}

/** The kind of value a setting takes, whatever its default and whether null is one. */
function kindOf(schema: z.core.$ZodType): { kind: string; nullable: boolean } {
  const { type, innerType } = schema._zod.def as { type: string; innerType?: z.core.$ZodType };
  if (innerType === undefined) return { kind: type, nullable: false };
  const inner = kindOf(innerType);
  return { ...inner, nullable: inner.nullable || type === 'nullable' };
}

/** The value that a text stands for; a text that stands for none is left as it is, for validation to refuse. */
function valueIn(text: string, name: SettingName): unknown {
  const { kind, nullable } = kindOf(settingsSchema.shape[name]);
  if (nullable && text === 'null') return null;
  if (kind === 'number') return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (kind !== 'array' && kind !== 'object') return text;
  if (/^[[{]/.test(text)) return jsonOr(text);
  if (kind === 'object') return text;
  const parts = text.split(',').map((part) => part.trim());
  return name === 'keys' ? parts.map(keyOf) : parts;
}

/** `name:hash` as an entry of `keys`. */
function keyOf(text: string): object {
  const colon = text.indexOf(':');
  return colon < 0 ? { name: text } : { name: text.slice(0, colon), hash: text.slice(colon + 1) };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
