import { shown } from '../model/faults.ts';
import { FormatError, type Place } from './format-error.ts';

/** Plain decimals; hexadecimal, `Infinity` and the empty text are no amounts. */
const DECIMAL = /^\+?\d{1,300}(\.\d{0,300})?([eE][+-]?\d{1,3})?$/;

/** The number ≥ 0 written in `text`; `what` names it in the error. */
export function amountOf(text: string, what: string, place: Place): number {
  const trimmed = text.trim();
  const value = DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (!Number.isFinite(value)) {
    const maybe = /^-/.test(trimmed)
      ? 'the sign is wrong: a window has no negative amounts'
      : 'a column is missing or the file is cut';
    throw new FormatError(`${what}, a number of at least 0`, trimmed === '' ? 'nothing' : shown(trimmed), maybe, place);
  }
  return value;
}

/** As {@link amountOf}, whole and at least 1. */
export function countOf(text: string, what: string, place: Place): number {
  const value = amountOf(text, what, place);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new FormatError(
    `${what}, a whole number of at least 1`,
    shown(text.trim()),
    'the file is in another format',
    place,
  );
}
