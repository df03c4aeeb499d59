import { type Fault, MOST_FAULTS } from '../model/faults.ts';
import type { Refusal } from '../model/parse.ts';

/** Faults listed in words; `--json` lists more. */
const MOST_IN_WORDS = 20;

export type BadInputCode =
  | Refusal['code']
  | 'usage'
  | 'unreadable_file'
  | 'unwritable_file'
  | 'unreadable_format'
  | 'invalid_plan'
  | 'invalid_settings'
  | 'address_in_use';

/** Input that can not be worked on: exit code 2. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly code: BadInputCode;
  readonly source: string | null; // the file it is about
  readonly faults: readonly Fault[];
  /** Where a fault comes from a flag and not from the file: pointer → flag. */
  readonly flags: ReadonlyMap<string, string>;

  constructor(
    code: BadInputCode,
    detail: string,
    source: string | null = null,
    faults: readonly Fault[] = [],
    flags: ReadonlyMap<string, string> = new Map(),
  ) {
    super(detail);
    this.code = code;
    this.source = source;
    this.faults = faults;
    this.flags = flags;
  }

  /** As a person reads it. */
  get words(): string {
    const source = this.source === null ? '' : `${this.source}: `;
    if (this.faults.length === 0) return `placewright: ${source}${this.message}\n`;
    const many = this.faults.length === 1 ? 'one fault' : `${this.faults.length} faults`;
    const blocks = this.faults.slice(0, MOST_IN_WORDS).map((fault) => this.#block(fault));
    const more = this.faults.length - blocks.length;
    if (more > 0)
      blocks.push(
        `  … and ${more} more; --json lists ${this.faults.length > MOST_FAULTS ? MOST_FAULTS : 'all'} of them\n`,
      );
    return `placewright: ${source}${many}\n\n${blocks.join('\n')}`;
  }

  /** As a program reads it: the fields of the service's problem documents, without those of HTTP. */
  get json(): string {
    const { code, message: detail, source, faults } = this;
    return `${JSON.stringify({ code, detail, source, faults: faults.slice(0, MOST_FAULTS), faultsLeftOut: Math.max(0, faults.length - MOST_FAULTS) })}\n`;
  }

  #block({ pointer, expected, found, hint }: Fault): string {
    const place = this.flags.get(pointer) ?? (pointer === '' ? '(the whole document)' : pointer);
    return `  ${place}\n    expected ${expected}\n    found    ${found}\n    ${hint}\n`;
  }
}
