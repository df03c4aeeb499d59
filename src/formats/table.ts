import { shown } from '../model/faults.ts';
import { FormatError, type Place } from './format-error.ts';
import { amountOf } from './number.ts';
import { records } from './records.ts';

/** One row of a table with a header. */
export interface Row {
  readonly place: Place;
  text(column: string): string;
  /** The number ≥ 0 in a column. */
  amount(column: string): number;
}

/** The rows of a comma-separated table whose header names at least `columns`, in any order; at least one row. */
export function rowsOf(text: string, columns: readonly string[], file: string): Row[] {
  const rows: Row[] = [];
  let at: Map<string, number> | undefined;
  let last = 1;
  for (const { line, fields } of records(text, ',', file)) {
    const place = { file, line };
    last = line;
    if (at === undefined) {
      at = new Map(fields.map((name, i) => [name.trim(), i]));
      const absent = columns.filter((name) => !at!.has(name));
      if (absent.length > 0) {
        throw new FormatError(
          `the column${absent.length > 1 ? 's' : ''} ${absent.join(', ')}`,
          shown(fields.join(',')),
          'the files are given in another order',
          place,
        );
      }
      continue;
    }
    const header = at;
    if (fields.length !== header.size) {
      throw new FormatError(
        `${header.size} fields, as in the header`,
        String(fields.length),
        'the file is cut, or a comma is not quoted',
        place,
      );
    }
    const field = (column: string) => fields[header.get(column)!]!;
    rows.push({ place, text: field, amount: (column) => amountOf(field(column), column, place) });
  }
  if (rows.length > 0) return rows;
  throw new FormatError(
    'a header and at least one row',
    at ? 'the header alone' : 'an empty file',
    'the download failed',
    { file, line: last },
  );
}
