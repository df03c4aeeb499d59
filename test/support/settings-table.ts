import { z } from 'zod';
import { DERIVED, SETTING_NAMES, settingsSchema, variableOf } from '../../dist/api/settings/schema.js';

interface Field {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Field[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description: string;
  readonly unit?: string;
}

const fields = z.toJSONSchema(settingsSchema, { io: 'input' }).properties as unknown as Record<string, Field>;

/** The lines of docs/configuration.md's table, made from the schema. */
export const settingsTable = (): string[] => [
  '| setting | in the environment | values | default | meaning |',
  '|---|---|---|---|---|',
  ...SETTING_NAMES.map((name) => {
    const field = fields[name]!;
    const fallback =
      name in DERIVED ? DERIVED[name as keyof typeof DERIVED].words : `\`${JSON.stringify(field.default)}\``;
    return `| \`${name}\` | \`${variableOf(name)}\` | ${valuesOf(field)} | ${fallback} | ${field.description} |`;
  }),
];

function valuesOf({ type, enum: names, anyOf, minimum, maximum, unit }: Field): string {
  if (names) return names.map((name) => `\`${name}\``).join(', ');
  if (anyOf) return anyOf.map(valuesOf).join(' or ');
  if (type === 'number' || type === 'integer') return `${minimum} to ${maximum}${unit ? ` ${unit}` : ''}`;
  if (type === 'array') return 'list';
  return { string: 'text', boolean: '`true`, `false`' }[type!] ?? type!;
}
