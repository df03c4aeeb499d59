import type { Command } from 'commander';
import { SOLVE_EXITS } from './exit-codes.ts';
import { pairs } from './table.ts';

/** Ends the help of a command with examples (each a command and what it does) and its exit codes. */
export function teach(
  command: Command,
  examples: readonly (readonly [string, string])[],
  exits: readonly (readonly [number, string])[] = SOLVE_EXITS,
): Command {
  const shown = examples.map(([line, text]) => `  $ placewright ${line}\n      ${text}\n`).join('');
  return command.addHelpText(
    'after',
    `\nExamples:\n${shown}\nExit codes:\n${pairs(exits.map(([code, meaning]) => [String(code), meaning]))}`,
  );
}
