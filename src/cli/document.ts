import { parseJson } from '../model/parse.ts';
import { BadInput } from './bad-input.ts';
import { nameOf, readText } from './files.ts';

/** The JSON document in a file. */
export async function readDocument(file: string): Promise<unknown> {
  return parseDocument(await readText(file), file);
}

export function parseDocument(text: string, file: string): unknown {
  if (text.trim() === '')
    throw new BadInput(
      'malformed_json',
      'Expected a JSON document, found nothing. Maybe the command that writes it failed.',
      nameOf(file),
    );
  const parsed = parseJson(text);
  if (!parsed.ok) throw new BadInput(parsed.refusal.code, parsed.refusal.detail, nameOf(file));
  return parsed.value;
}
