import type { Command } from 'commander';
import { exitOf } from '../exit-codes.ts';
import { checkWritable, writeText } from '../files.ts';
import { jsonText } from '../json-text.ts';
import { solving } from '../solving.ts';
import { teach } from '../teach.ts';
import { addWindowFlags, type WindowFlags } from '../window-flags.ts';

interface Flags extends WindowFlags {
  output?: string;
  json?: boolean;
}

export function addSolve(root: Command): void {
  const command = root
    .command('solve')
    .summary('answer a window: who runs where')
    .description(
      'Reads a window from FILE (- is standard input), solves it, and writes the answer as JSON to standard output and nothing else there. On a terminal, standard error shows how it is going and a summary. Options override the fields of the window. The deadline begins when the file is read; whatever is best by then is answered, and Ctrl-C answers sooner.',
    )
    .argument('<file>', 'the window; - reads standard input');
  addWindowFlags(command, ['deadline', 'engine', 'objective', 'mode', 'gap', 'seed', 'work', 'compare'])
    .option('-o, --output <file>', 'write the answer to a file instead')
    .option('--json', 'tell faults of the window as JSON')
    .action(run);
  teach(command, [
    ['solve window.json --deadline 500 -o answer.json', 'Answer within half a second, into a file.'],
    [
      'convert gap c515-1.txt | placewright solve - --gap 0.01 | jq .objective',
      "Solve someone else's file to within 1 % of the optimum.",
    ],
  ]);
}

async function run(file: string, flags: Flags): Promise<void> {
  await checkWritable(flags.output);
  await solving(file, flags, async ({ window, options, done }) => {
    const { solve } = await import('../../solver/solve.ts');
    const answer = await solve(window, options);
    const text = jsonText(answer);
    done();
    await writeText(text, flags.output);
    process.exitCode = exitOf(answer.status);
    if (process.stderr.isTTY) {
      const { heuristicsTable, summary } = await import('../summary.ts');
      const compared = (answer.partial ?? answer).heuristics;
      process.stderr.write(`\n${summary(answer)}${compared.length > 0 ? `\n${heuristicsTable(compared)}` : ''}`);
    }
  });
}
