import { FormatError } from './format-error.ts';

/** One line of a delimited file, its fields, and where it begins, counted from 1. */
export interface Fields {
  readonly line: number;
  readonly fields: readonly string[];
}

const NEWLINE = 10;
const QUOTE = 34;

/**
 * The records of a delimited text, blank lines left out, in one pass. Comma-separated fields may be quoted as in
 * RFC 4180 (`"a ""b"", c"`, line breaks included); in tab-separated ones a quote is a letter like any other.
 */
export function* records(text: string, separator: ',' | '\t', file: string): Generator<Fields> {
  const split = separator.charCodeAt(0);
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const fields: string[] = [];
    for (;;) {
      let field = '';
      if (separator === ',' && text.charCodeAt(at) === QUOTE) {
        // a quoted field: up to the first quote that is not doubled
        const open = at;
        let from = ++at;
        for (;;) {
          const close = text.indexOf('"', from);
          if (close < 0)
            throw new FormatError('a closing quote', 'the end of the file', 'the opening quote is one too many', {
              file,
              line,
            });
          if (text.charCodeAt(close + 1) === QUOTE) from = close + 2;
          else {
            field = text.slice(open + 1, close).replaceAll('""', '"');
            at = close + 1;
            break;
          }
        }
        for (let i = open; i < at; i++) if (text.charCodeAt(i) === NEWLINE) line++;
      }
      // the rest of the field, or all of it
      const from = at;
      while (at < text.length && text.charCodeAt(at) !== split && text.charCodeAt(at) !== NEWLINE) at++;
      fields.push(field + text.slice(from, at));
      if (text.charCodeAt(at) === split) at++;
      else break;
    }
    at++;
    line++;
    const last = fields.length - 1;
    if (fields[last]!.endsWith('\r')) fields[last] = fields[last]!.slice(0, -1);
    if (fields.length > 1 || fields[0] !== '') yield { line: start, fields };
  }
}
