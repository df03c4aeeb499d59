import { constants } from 'node:fs';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BadInput } from './bad-input.ts';

/** How messages call a file; `-` is standard input. */
export const nameOf = (file: string): string => (file === '-' ? 'standard input' : file);

/** The text of a file, or of standard input for `-`; a byte order mark is dropped. */
export async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder().decode(file === '-' ? await readStdin() : await readFile(file));
  } catch (error) {
    const found = wordsFor(error, file);
    throw new BadInput(
      'unreadable_file',
      `Expected a file that can be read, found ${found}. Maybe the path is relative to another directory.`,
      nameOf(file),
    );
  }
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Refuses, before any work is done, a file that can not be written. `undefined` and `-` are standard output. */
export async function checkWritable(file: string | undefined): Promise<void> {
  if (file === undefined || file === '-') return;
  try {
    const exists = await stat(file).catch(() => null);
    if (exists?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    const directory = dirname(file);
    if (!exists && !(await stat(directory)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(exists ? file : directory, constants.W_OK);
  } catch (error) {
    throw unwritable(error, file);
  }
}

/** Writes a text to a file or standard output; resolves when the last byte is handed over. */
export async function writeText(text: string, file: string | undefined): Promise<void> {
  if (file === undefined || file === '-')
    return new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));
  try {
    await writeFile(file, text);
  } catch (error) {
    throw unwritable(error, file);
  }
}

const unwritable = (error: unknown, file: string): BadInput =>
  new BadInput(
    'unwritable_file',
    `Expected a place where a file can be written, found ${wordsFor(error, file)}. Maybe the directory has to be made first.`,
    file,
  );

function wordsFor(error: unknown, file: string): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return `no such file or directory: ${file}`;
  if (code === 'EISDIR') return 'a directory';
  if (code === 'ENOTDIR') return 'a path through something that is not a directory';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'no permission';
  if (
    code === 'ERR_STRING_TOO_LONG' ||
    code === 'ERR_FS_FILE_TOO_LARGE' ||
    code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
  )
    return 'more than one text can hold';
  return error instanceof Error ? error.message : String(error);
}
