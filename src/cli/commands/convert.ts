import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import type { Format, ReadOptions } from '../../formats/format.ts';
import { FormatError } from '../../formats/format-error.ts';
import { convert, formats } from '../../formats/formats.ts';
import { flagsOf, parseOption } from '../../formats/options.ts';
import { BadInput } from '../bad-input.ts';
import { PLAIN_EXITS } from '../exit-codes.ts';
import { checkWritable, readText, writeText } from '../files.ts';
import { jsonText } from '../json-text.ts';
import { teach } from '../teach.ts';

/** Longest name that the base name of a file becomes, in characters. */
const LONGEST = 100;

export function addConvert(root: Command): void {
  const command = root
    .command('convert')
    .summary("make a window of someone else's files")
    .description(
      'Reads files of another format and writes a window as JSON. What the window says differently from the files is told on standard error. The window is named after its last file.',
    )
    .usage('FORMAT FILE… [options]')
    .helpCommand(false);
  for (const format of formats.values()) addFormat(command, format);
  const files = [...formats.values()].map(
    ({ name, files: wanted }) =>
      `  ${name}\n${wanted.map((file) => `    ${file.name}: ${file.description}\n`).join('')}`,
  );
  command.addHelpText(
    'after',
    `\nFiles, in this order (- reads one of them from standard input):\n${files.join('').trimEnd()}`,
  );
  teach(
    command,
    [
      ['convert gap c515-1.txt -o window.json', 'One instance of the generalised assignment problem.'],
      [
        'convert alibaba nodes.csv pods.csv --take 500 --seed 1 | placewright solve -',
        'Solve 500 pods of a trace, chosen at random.',
      ],
    ],
    PLAIN_EXITS,
  );
}

function addFormat(convertCommand: Command, format: Format): void {
  const command = convertCommand
    .command(format.name)
    .summary(format.summary)
    .description(format.summary)
    .usage(`${format.files.map(({ name }) => name).join(' ')} [options]`);
  for (const { name, description } of format.files) command.argument(`<${name}>`, description);
  for (const option of format.options)
    command.option(flagsOf(option), `${option.description} (default: ${option.default})`, (text) =>
      wordsOfFormat(() => parseOption(option, text)),
    );
  command.option('-o, --output <file>', 'write the window to a file instead').option('--json', 'tell faults as JSON');
  command.action((...given) =>
    run(format, given.slice(0, format.files.length) as string[], given[format.files.length] as Flags),
  );
}

type Flags = ReadOptions & { output?: string; json?: boolean };

async function run(format: Format, files: string[], { output, json: _, ...options }: Flags): Promise<void> {
  await checkWritable(output);
  const texts: string[] = [];
  for (const file of files) texts.push(await readText(file));
  const { window, notes } = wordsOfFormat(() => convert(format, texts, options), files.join(', '));
  for (const note of notes) process.stderr.write(`placewright: ${note}\n`);
  const { name = nameFrom(files), ...rest } = window;
  await writeText(jsonText({ ...(name === null ? {} : { name }), ...rest }), output);
}

/** The base name of the last file, which is the most particular one. */
function nameFrom(files: readonly string[]): string | null {
  const file = files.findLast((each) => each !== '-');
  return file === undefined ? null : basename(file, extname(file)).slice(0, LONGEST);
}

/** Runs a reader; what it refuses is bad input. */
function wordsOfFormat<T>(read: () => T, source: string | null = null): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) throw new BadInput('unreadable_format', error.message, source);
    throw error;
  }
}
