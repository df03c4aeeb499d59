import { shown } from '../model/faults.ts';
import type { FormatOption, ReadOptions } from './format.ts';
import { FormatError } from './format-error.ts';

const count = (name: keyof ReadOptions, description: string, fallback: string): FormatOption => ({
  name,
  value: 'count',
  description,
  default: fallback,
});

export const TAKE = (things: string): FormatOption => count('take', `number of ${things} to take`, 'all');
export const NODES: FormatOption = count('nodes', 'number of nodes to take', 'all');
export const INSTANCE: FormatOption = count('instance', 'which instance of a file that holds several', '1');
export const GPUS_PER_NODE: FormatOption = count('gpusPerNode', 'GPUs in one node', '4');
export const SEED: FormatOption = {
  name: 'seed',
  value: 'seed',
  description: 'take a random choice, made with this seed, kept in the order of the file',
  default: 'the first ones',
};
export const GPUS: FormatOption = {
  name: 'gpus',
  value: 'counts',
  description: 'GPUs in all, by kind',
  default: 'v100=36,p100=36,k80=36',
};

/** The option as it is typed and shown: `--gpus-per-node <n>`. */
export function flagsOf(option: FormatOption): string {
  const kebab = option.name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
  return `--${kebab} <${option.value === 'counts' ? 'name=n,…' : 'n'}>`;
}

/** The value of an option from its text: a number, or numbers by name. */
export function parseOption(option: FormatOption, text: string): number | Record<string, number> {
  const value = option.value === 'counts' ? countsOf(text) : wholeOf(text);
  checkOption(option, value, shown(text));
  return value;
}

/** Throws unless `value` is one that `option` may have; `found` is how the error shows it. */
export function checkOption(option: FormatOption, value: unknown, found = shown(value)): void {
  const isCount = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= (option.value === 'seed' ? 0 : 1);
  const isCounts = (counts: unknown) =>
    typeof counts === 'object' &&
    counts !== null &&
    Object.keys(counts).length > 0 &&
    Object.values(counts).every(isCount);
  if (option.value === 'counts' ? isCounts(value) : isCount(value)) return;
  const expected = {
    count: 'a whole number of at least 1',
    seed: 'a whole number of at least 0',
    counts: 'pairs like v100=36,p100=8 with whole numbers of at least 1',
  }[option.value];
  throw new FormatError(
    `${expected} for ${flagsOf(option)}`,
    found,
    `leave the option out; then it is: ${option.default}`,
  );
}

const wholeOf = (text: string): number => (/^\d{1,16}$/.test(text) ? Number(text) : Number.NaN);

function countsOf(text: string): Record<string, number> {
  const pairs = text.split(',').map((pair): [string, number] => {
    const at = pair.lastIndexOf('=');
    return at > 0 ? [pair.slice(0, at), wholeOf(pair.slice(at + 1))] : [pair, Number.NaN];
  });
  return Object.fromEntries(pairs);
}
