#!/usr/bin/env node
import { CommanderError } from 'commander';
import { BadInput } from './bad-input.ts';
import { EXIT } from './exit-codes.ts';
import { NotStarted } from './not-started.ts';
import { program } from './program.ts';

const asJson = process.argv.includes('--json');

/** Tells on stderr why nothing was answered, and returns the exit code. */
function tell(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.answered;
    if (asJson) process.stderr.write(new BadInput('usage', error.message).json);
    return EXIT.badInput; // in words, commander has told it
  }
  if (error instanceof BadInput) {
    process.stderr.write(asJson ? error.json : error.words);
    return EXIT.badInput;
  }
  if (error instanceof NotStarted) {
    process.stderr.write(`placewright: ${error.message}\n`);
    return EXIT.notStarted;
  }
  const trace = process.env.PLACEWRIGHT_DEBUG && error instanceof Error ? error.stack : null;
  process.stderr.write(
    `placewright: a bug: ${trace ?? (error instanceof Error ? error.message : String(error))}\n${trace ? '' : 'Maybe report it; PLACEWRIGHT_DEBUG=1 shows where it happened.\n'}`,
  );
  return EXIT.bug;
}

// a reader that has seen enough, like `head`, is no bug
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.answered : tell(error)),
);
process.on('uncaughtException', (error) => process.exit(tell(error)));

try {
  await program(asJson).parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}
