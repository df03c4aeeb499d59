import type { Command } from 'commander';
import type { Comparison } from '../../solver/comparison.ts';
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

export function addCompare(root: Command): void {
  const command = root
    .command('compare')
    .summary('how far each rule of thumb is from the optimum')
    .description(
      'Solves a window and prints what every heuristic (first-fit, best-fit, …) made of it beside the optimum: its objective, the copies it left unplaced, its regret (how much more it costs than the best known, in percent; – where it leaves other copies unplaced) and its milliseconds.',
    )
    .argument('<window>', 'the window; - reads standard input');
  addWindowFlags(command, ['deadline', 'engine', 'objective', 'mode', 'gap', 'seed', 'work'])
    .option('-o, --output <file>', 'write the comparison to a file instead')
    .option('--json', 'print the comparison as JSON, and faults of the window too')
    .action(run);
  teach(command, [
    ['compare window.json', 'A table of every heuristic, best first.'],
    ['compare window.json --objective price --json | jq .optimum.gap', 'Compare what they cost in money.'],
  ]);
}

async function run(file: string, flags: Flags): Promise<void> {
  await checkWritable(flags.output);
  await solving(file, flags, async ({ window, options, done }) => {
    const { compare } = await import('../../solver/comparison.ts');
    const comparison = await compare(window, options);
    const text = flags.json ? jsonText(comparison) : await inWords(comparison);
    done();
    await writeText(text, flags.output);
    process.exitCode = exitOf(comparison.optimum.status);
  });
}

async function inWords({ optimum, heuristics }: Comparison): Promise<string> {
  const { figure, milliseconds, percent } = await import('../figures.ts');
  const { pairs } = await import('../table.ts');
  const { heuristicsTable } = await import('../summary.ts');
  const { status, stop, method, objective, bound, gap, unplaced, timings } = optimum;
  const best = pairs([
    [status === 'optimal' ? 'optimum' : 'best known', `${figure(objective)} by ${method} (${status}, ${stop})`],
    ['bound', `${figure(bound)}, gap ${percent(gap)}`],
    ['unplaced', figure(unplaced)],
    ['time', `${milliseconds(timings.total)} ms`],
  ]);
  return `${heuristicsTable(heuristics)}\n${best}`;
}
