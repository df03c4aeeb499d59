import { closest, shown } from '../model/faults.ts';
import { alibaba } from './alibaba.ts';
import { cloudBalancing } from './cloud-balancing.ts';
import type { Conversion, Format, ReadOptions } from './format.ts';
import { FormatError } from './format-error.ts';
import { gap } from './gap.ts';
import { gavel } from './gavel.ts';
import { checkOption, flagsOf } from './options.ts';

/** Every reader by its name. */
export const formats: ReadonlyMap<string, Format> = new Map(
  [gap, alibaba, cloudBalancing, gavel].map((format) => [format.name, format]),
);

/** The format of this name, or a FormatError that lists all names. */
export function formatOf(name: string): Format {
  const format = formats.get(name);
  if (format) return format;
  const near = closest(name, formats.keys());
  const maybe = near === undefined ? 'the name is spelled differently' : `${near} is meant`;
  throw new FormatError(`a format out of ${[...formats.keys()].join(', ')}`, shown(name), maybe);
}

/** Reads the texts of `format.files` into a window, once their number and the options are what the format knows. */
export function convert(format: Format, texts: readonly string[], options: ReadOptions = {}): Conversion {
  const wanted = format.files.map((file) => file.name).join(', ');
  if (texts.length !== format.files.length) {
    throw new FormatError(
      `${format.files.length === 1 ? 'one file' : `${format.files.length} files`} for ${format.name}: ${wanted}`,
      String(texts.length),
      texts.length < format.files.length ? 'a file is missing' : 'each instance is to be converted by itself',
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const option = format.options.find((known) => known.name === name);
    if (!option) {
      const known = format.options.map(flagsOf).join(', ');
      throw new FormatError(
        `an option that ${format.name} knows: ${known || 'it has none'}`,
        name,
        'it belongs to another format',
      );
    }
    checkOption(option, value);
  }
  return format.read(texts, options);
}
