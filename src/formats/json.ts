import { shown } from '../model/faults.ts';
import { FormatError } from './format-error.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The object that `text` is, or a FormatError with the parser's word on what is wrong. */
export function objectOf(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const found = `something else: ${(error as Error).message.replaceAll('\n', ' ')}`;
    throw new FormatError('JSON', found, 'the files are given in another order, or the file is cut', { file });
  }
  return isObject(value) ? value : wrong(value, 'an object', 'the whole', file);
}

/** The objects in the list `owner[field]`. */
export function objectsIn(owner: JsonObject, field: string, file: string): readonly JsonObject[] {
  const list = own(owner, field);
  if (!Array.isArray(list)) return wrong(list, 'a list', field, file);
  return list.map((entry: unknown, i) => (isObject(entry) ? entry : wrong(entry, 'an object', `${field}[${i}]`, file)));
}

/** The number ≥ 0 at `owner[field]`; `path` is where `owner` is. */
export function amountIn(owner: JsonObject, field: string, path: string, file: string): number {
  const value = own(owner, field);
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? value
    : wrong(value, 'a number of at least 0', `${path}.${field}`, file);
}

/** The text or number at `owner[field]`, as text. */
export function idIn(owner: JsonObject, field: string, path: string, file: string): string {
  const value = own(owner, field);
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : wrong(value, 'a text or a number', `${path}.${field}`, file);
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `owner[field]` unless it is inherited, as `constructor` is. */
export const own = (owner: JsonObject, field: string): unknown =>
  Object.hasOwn(owner, field) ? owner[field] : undefined;

function wrong(value: unknown, expected: string, path: string, file: string): never {
  throw new FormatError(`${expected} at ${path}`, shown(value), 'the file is in another format', { file });
}
