import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../examples/', import.meta.url);

/** Names of the windows that come with the package. */
export const exampleNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();

/** The text of an example, ready to POST, or null when there is none of that name. */
export const exampleText = (name: string): string | null =>
  exampleNames().includes(name) ? readFileSync(new URL(`${name}.json`, folder), 'utf8') : null;
