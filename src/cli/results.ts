import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alike, keyOf, type RunRecord, readRecords, type Session } from '../bench/records.ts';
import { BadInput } from './bad-input.ts';

/** The folder of a campaign: `runs.jsonl`, to which each run is added when it is done, and the report beside it. */
export class Results {
  readonly folder: string;
  readonly #file: string;

  constructor(folder: string) {
    this.folder = folder;
    this.#file = join(folder, 'runs.jsonl');
    try {
      mkdirSync(folder, { recursive: true });
    } catch {
      throw new BadInput(
        'unwritable_file',
        'Expected a folder that can be made. Maybe a file is in its place.',
        folder,
      );
    }
  }

  /** Begins a sitting and returns the keys of runs that need not be measured again: none, unless it goes on with one. */
  begin(session: Session, resume: boolean): Set<string> {
    const old = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '';
    if (old !== '' && !resume) renameSync(this.#file, join(this.folder, 'runs.before.jsonl'));
    const { sessions, runs } = readRecords(resume ? old : '');
    const known = new Set(sessions.filter((before) => alike(before, session)).map(({ id }) => id));
    appendFileSync(
      this.#file,
      `${resume && old !== '' && !old.endsWith('\n') ? '\n' : ''}${JSON.stringify(session)}\n`,
    );
    return new Set(runs.filter((run) => known.has(run.session)).map((record) => keyOf(record.case.name, record.run)));
  }

  add(record: RunRecord): void {
    appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
  }

  read(): ReturnType<typeof readRecords> {
    if (!existsSync(this.#file))
      throw new BadInput('unreadable_file', 'Expected runs.jsonl there. Maybe nothing was measured yet.', this.folder);
    return readRecords(readFileSync(this.#file, 'utf8'));
  }

  /** Writes files of the report; their folders are made. */
  write(files: ReadonlyMap<string, string>): void {
    for (const [name, text] of files) {
      mkdirSync(join(this.folder, name, '..'), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }
}
