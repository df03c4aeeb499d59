import type { z } from 'zod';
import { closest, type FaultCode, pointer, short, shown } from '../../model/faults.ts';
import { keySchema, rateLimitSchema } from './schema.ts';

/** What is wrong with a setting. */
export interface SettingFault {
  readonly code: FaultCode | 'malformed_json';
  /** Where it stands: a flag, a variable, or a file and the JSON pointer in it. */
  readonly place: string;
  readonly expected: string;
  readonly found: string; // never a key or its hash
  readonly hint: string; // a sentence that starts with "Maybe"
}

type Issue = z.core.$ZodIssue;

/** The faults in which zod's issues about the value of one setting are told. `place` is where that value stands. */
export function settingFaults(
  issues: readonly Issue[],
  value: unknown,
  place: string,
  secret: boolean,
): SettingFault[] {
  return issues.flatMap((issue) => {
    const found = issue.path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | null)?.[step], value);
    const where = place + pointer(...issue.path);
    const seen = secret ? withheld(found) : shown(found);
    const told = wordsOf(issue, found);
    return told.map(({ code, expected, hint, found: named }) => ({
      code,
      place: where,
      expected,
      found: named ?? seen,
      hint,
    }));
  });
}

/** What may be shown of a value that could be a key: its kind and size. */
const withheld = (found: unknown): string =>
  typeof found === 'string' ? `a text of ${found.length} characters` : shown(found);

interface Told {
  readonly code: FaultCode;
  readonly expected: string;
  readonly hint: string;
  readonly found?: string;
}

function wordsOf(issue: Issue, found: unknown): Told[] {
  switch (issue.code) {
    case 'invalid_type':
      return [typeFault(issue.expected, issue.path.at(-1), found)];
    case 'too_big':
      return [outside(issue.origin, 'at most', Number(issue.maximum))];
    case 'too_small':
      return [outside(issue.origin, 'at least', Number(issue.minimum))];
    case 'invalid_value':
      return [
        { code: 'unknown_value', expected: `one of ${issue.values.join(', ')}`, hint: guess(found, issue.values) },
      ];
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        code: 'unknown_field',
        expected: 'a field that exists',
        found: JSON.stringify(short(key, 60)),
        hint: guess(key, namesBeside(found)),
      }));
    case 'custom':
      return [
        { code: 'unknown_value', expected: issue.message, hint: issue.params?.hint ?? 'Maybe a slip of the pen.' },
      ];
    default:
      return [{ code: 'unknown_value', expected: issue.message, hint: textHint(found) }];
  }
}

const TYPES: Record<string, string> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function typeFault(type: string, name: PropertyKey | undefined, found: unknown): Told {
  const expected = TYPES[type] ?? type;
  if (found === undefined && name !== undefined)
    return { code: 'missing_field', expected, hint: `Maybe add "${String(name)}".` };
  if (typeof found === 'number' && type === 'int')
    return { code: 'not_whole', expected, hint: `Maybe ${Math.round(found)}.` };
  const plain = typeof found === 'string' && found.trim() !== '' && Number.isFinite(Number(found));
  const hint =
    plain && (type === 'number' || type === 'int')
      ? `Maybe ${Number(found)}, without quotes.`
      : type === 'boolean'
        ? 'Maybe true.'
        : type === 'number' && typeof found === 'string'
          ? 'Maybe write digits only, without a unit.'
          : 'Maybe see docs/configuration.md.';
  return { code: 'wrong_type', expected, hint };
}

function outside(origin: string, side: 'at most' | 'at least', limit: number): Told {
  if (origin === 'string')
    return { code: 'too_long', expected: `${side} ${limit} characters`, hint: 'Maybe leave the setting out.' };
  return { code: 'out_of_range', expected: `a number of ${side} ${limit}`, hint: `Maybe ${limit}.` };
}

/** The fields that an object may have, told by those it has. */
const namesBeside = (found: unknown): string[] =>
  Object.keys(
    found !== null && typeof found === 'object' && ('name' in found || 'hash' in found)
      ? keySchema.shape
      : rateLimitSchema.shape,
  );

const textHint = (found: unknown): string =>
  typeof found === 'string' && found.startsWith('pw_')
    ? 'Maybe this is the key itself: its hash belongs here, and a key that was written down should be replaced.'
    : 'Maybe `placewright keys new NAME` prints what belongs here.';

/** The name that was most likely meant by any JSON value. */
export function guess(wrong: unknown, names: readonly unknown[]): string {
  const near = closest(typeof wrong === 'string' ? wrong : shown(wrong), names.map(String));
  return near === undefined ? `Maybe one of ${names.join(', ')}.` : `Maybe "${near}".`;
}
