/** Where in a file something was found: the file's role, as in {@link Format.files}, and its line, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/** A file that is not what its reader expects: what was expected, what was found and where, then what may be the matter. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly place: Place | undefined;

  /** `expected`, `found` and `maybe` are parts of sentences: no capital, no full stop. */
  constructor(expected: string, found: string, maybe: string, place?: Place) {
    const where =
      place === undefined ? '' : ` (${place.file}${place.line === undefined ? '' : `, line ${place.line}`})`;
    super(`Expected ${expected}, found ${found}${where}.\nMaybe ${maybe}.`);
    this.place = place;
  }
}
