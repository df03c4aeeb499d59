import type { z } from 'zod';
import { closest, type Fault, type FaultCode, pointer, shown } from './faults.ts';
import { plainWindow } from './plain-window.ts';
import { protoFaults, referenceFaults } from './references.ts';
import { type Window, windowSchema } from './window.ts';

/** A window, or everything that is wrong with it. */
export type Validated =
  | { readonly ok: true; readonly window: Window }
  | { readonly ok: false; readonly faults: Fault[] };

/**
 * Checks a request body against the window schema and against itself (ids, references, shapes), and fills in the
 * defaults. Every fault is reported at once; none is thrown.
 */
export function validateWindow(raw: unknown): Validated {
  const plain = plainWindow(raw);
  if (plain) {
    const faults = referenceFaults(raw);
    return faults.length === 0 ? { ok: true, window: plain } : { ok: false, faults };
  }
  const parsed = windowSchema.safeParse(raw);
  const faults = parsed.success ? [] : schemaFaults(parsed.error.issues, raw);
  faults.push(...protoFaults(raw), ...referenceFaults(raw));
  return parsed.success && faults.length === 0 ? { ok: true, window: parsed.data } : { ok: false, faults };
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
type Report = (code: FaultCode, expected: string, hint: string) => Fault[];

/** The faults in which zod's issues about `raw` are told. */
export function schemaFaults(issues: readonly Issue[], raw: unknown): Fault[] {
  return issues.flatMap((issue) => faultsOf(issue, issue.path, valueAt(raw, issue.path)));
}

const valueAt = (raw: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    raw,
  );

function faultsOf(issue: Issue, path: Path, found: unknown): Fault[] {
  const fault: Report = (code, expected, hint) => [
    { code, pointer: pointer(...path), expected, found: shown(found), hint },
  ];
  switch (issue.code) {
    case 'invalid_type':
      if (found === undefined)
        return fault('missing_field', `${article(issue.expected)}`, `Maybe add "${String(path.at(-1) ?? 'window')}".`);
      if (typeof found === 'number' && (issue.expected === 'int' || issue.expected === 'number')) {
        if (Number.isFinite(found)) return fault('not_whole', 'a whole number', `Maybe ${Math.round(found)}.`);
        return fault('out_of_range', 'a finite number', 'Maybe use a larger unit.');
      }
      return fault('wrong_type', article(issue.expected), conversionHint(issue.expected, found));
    case 'too_big':
      return outside(fault, issue.origin, 'at most', Number(issue.maximum), found);
    case 'too_small':
      return outside(fault, issue.origin, 'at least', Number(issue.minimum), found);
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        code: 'unknown_field',
        pointer: pointer(...path, key),
        expected: isRule(path) ? 'a value, a list of values, or { not, exists, min, max }' : 'a field that exists',
        found: shown(key),
        hint: fieldHint(key, path),
      }));
    case 'invalid_value':
      return fault(
        'unknown_value',
        `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`,
        guess(typeof found === 'string' ? found : shown(found), issue.values.map(String)),
      );
    case 'invalid_key':
      return issue.issues.flatMap((inner) => faultsOf(inner as Issue, path, path.at(-1)));
    case 'invalid_union':
      return unionFaults(issue.errors as Issue[][], path, found);
    case 'custom': {
      const code = (issue.params?.fault ?? 'wrong_type') as FaultCode;
      return fault(
        code,
        issue.message,
        code === 'reserved_name'
          ? 'Maybe choose another name.'
          : code === 'out_of_range'
            ? 'Maybe use a smaller unit.'
            : 'Maybe a value is misplaced.',
      );
    }
    default:
      return fault('wrong_type', issue.message, 'Maybe compare with the example in the documentation.');
  }
}

const isRule = (path: Path): boolean => path.includes('requires') || path.includes('prefers');

/** The fault of a text, list or number beyond a limit. */
function outside(fault: Report, origin: string, side: 'at most' | 'at least', limit: number, found: unknown): Fault[] {
  const expected = `${side} ${limit}`;
  if (origin === 'string') {
    const hint =
      found === '' ? 'Maybe it was left empty by mistake.' : 'Maybe this is not the id but what it stands for.';
    return fault('too_long', `${expected} ${limit === 1 ? 'character' : 'characters'}`, hint);
  }
  if (origin === 'array') {
    return fault(
      'too_many',
      `${expected} entries`,
      'Maybe fold identical tasks or nodes with `count`, or split the window.',
    );
  }
  const unit =
    found === 0 ? 'Maybe leave it out.' : side === 'at most' ? 'Maybe use a larger unit.' : 'Maybe use a smaller unit.';
  const plain = Number.isInteger(limit) && Math.abs(limit) < 1e10 && limit !== 0;
  const hint =
    side === 'at least' && typeof found === 'number' && found < 0
      ? 'Maybe the sign is wrong.'
      : plain
        ? `Maybe ${limit}.`
        : unit;
  return fault('out_of_range', `a number of ${expected}`, hint);
}

/** Of a union, the faults of the branch that got furthest: a list or object is judged as such. */
function unionFaults(branches: Issue[][], path: Path, found: unknown): Fault[] {
  const deepest = branches.filter((issues) =>
    issues.some((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  const branch = found !== null && typeof found === 'object' ? deepest[0] : undefined;
  if (branch) return branch.flatMap((issue) => faultsOf(issue, [...path, ...issue.path], valueAt(found, issue.path)));
  const refused = branches.flat().find((issue) => issue.code !== 'invalid_type');
  if (refused) return faultsOf(refused, path, found);
  const expected = isRule(path)
    ? 'a value, a list of values, or { not, exists, min, max }'
    : 'a text, number or boolean';
  return [
    {
      code: found === undefined ? 'missing_field' : 'wrong_type',
      pointer: pointer(...path),
      expected,
      found: shown(found),
      hint: 'Maybe a value is misplaced.',
    },
  ];
}

const TYPES: Record<string, string> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};
const article = (type: string): string => TYPES[type] ?? type;

function conversionHint(expected: string, found: unknown): string {
  if (expected === 'number' && typeof found === 'string' && found.trim() !== '' && Number.isFinite(Number(found)))
    return `Maybe ${Number(found)}, without quotes.`;
  if (expected === 'array') return 'Maybe put it in brackets.';
  if (expected === 'string' && typeof found === 'number') return `Maybe "${found}", in quotes.`;
  if (found === null) return 'Maybe leave the field out.';
  return 'Maybe a value is misplaced.';
}

const FIELDS = {
  window: Object.keys(windowSchema.shape),
  tasks: Object.keys(windowSchema.shape.tasks.element.shape),
  nodes: Object.keys(windowSchema.shape.nodes.element.shape),
};

function fieldHint(key: string, path: Path): string {
  if (isRule(path)) return guess(key, ['not', 'exists', 'min', 'max']);
  const fields =
    path.length === 0
      ? FIELDS.window
      : path.length === 2
        ? (FIELDS[path[0] as 'tasks' | 'nodes'] ?? [])
        : ['duration', 'demand'];
  return guess(key, fields);
}

function guess(wrong: string, names: readonly string[]): string {
  const near = closest(wrong, names);
  return near === undefined ? `Maybe one of ${names.slice(0, 30).join(', ')}.` : `Maybe "${near}".`;
}
