/**
 * The catalogue of what can be wrong with a request. Codes are stable: clients may switch on them.
 * Each has a heading of the same name in docs/api.md.
 */
export const FAULT_CODES = {
  missing_field: 'a required field is absent',
  unknown_field: 'a field that does not exist, most often a slip of spelling',
  wrong_type: 'the value has another type than expected',
  unknown_value: 'the value is not one of those allowed',
  not_whole: 'a whole number is expected',
  out_of_range: 'the number is negative, not finite, too large or too small',
  too_long: 'the text is empty or too long',
  too_many: 'the list, or the window as a whole, is too large',
  reserved_name: 'a name that can not be used for a resource, label, kind or id',
  duplicate_id: 'two entries bear the same id, perhaps only after node copies are unfolded',
  wrong_shape: 'the times matrix does not match the tasks and nodes',
  pinned_without_current: 'a pinned task needs `current`, the node it is pinned to',
  unknown_group: 'a task or a rule names a group that the window does not define',
  group_apart_from_itself: 'a group can not be kept apart from itself',
  gang_too_large: 'a gang asks for more copies than its group has',
  group_rule_not_divisible: 'this group rule has no meaning for fractions of a task',
} as const;

export type FaultCode = keyof typeof FAULT_CODES;

/** One fault of a request: where it is, what was expected, what was found and what may have been meant. */
export interface Fault {
  readonly code: FaultCode;
  /** JSON pointer (RFC 6901) into the request; "" is the whole of it. */
  readonly pointer: string;
  readonly expected: string;
  /** The value found, shortened. */
  readonly found: string;
  /** A sentence that starts with "Maybe". */
  readonly hint: string;
}

/** A JSON pointer from its steps, escaped as RFC 6901 asks; names are shortened so that a fault stays readable. */
export function pointer(...steps: readonly (string | number | symbol)[]): string {
  return steps.map((step) => `/${short(String(step), 80).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Text cut to `length` characters, the number left out named. */
export function short(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}

/** A value as a fault shows it: short, whatever its size or depth. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(short(value, 60));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value);
    const named = keys.slice(0, 3).map((key) => short(key, 20));
    return keys.length === 0 ? 'an empty object' : `an object with ${named.join(', ')}${keys.length > 3 ? ', …' : ''}`;
  }
  return String(value);
}

/** The most faults a response lists; the rest are counted. */
export const MOST_FAULTS = 200;

/** The name of `names` closest to `wrong` when it is within two edits (a swap of neighbours counts as one), else undefined. */
export function closest(wrong: string, names: Iterable<string>): string | undefined {
  if (wrong.length > 40) return undefined;
  let best: string | undefined;
  let least = 3;
  for (const name of names) {
    if (Math.abs(name.length - wrong.length) >= least) continue;
    const edits = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (edits < least && edits < name.length) {
      least = edits;
      best = name;
    }
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
