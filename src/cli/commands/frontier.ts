import type { Command } from 'commander';
import type { Frontier } from '../../solver/frontier.ts';
import { BadInput } from '../bad-input.ts';
import { checkWritable, writeText } from '../files.ts';
import { jsonText } from '../json-text.ts';
import { solving } from '../solving.ts';
import { teach } from '../teach.ts';
import { addWindowFlags, type WindowFlags } from '../window-flags.ts';

interface Flags extends WindowFlags {
  moves?: string;
  output?: string;
  json?: boolean;
}

export function addFrontier(root: Command): void {
  const command = root
    .command('frontier')
    .summary('what it costs to move fewer running tasks')
    .description(
      'Solves a window of running tasks with at most 0, 1, 2, 4, … moves and prints the least objective of each, with its bound: what disruption buys. All of them share the deadline.',
    )
    .argument('<window>', 'the window; - reads standard input');
  addWindowFlags(command, ['deadline', 'engine', 'objective', 'gap', 'seed', 'work'])
    .option('--moves <list>', 'numbers of moves to allow, say 0,5,10,any (default 0,1,2,4,… and any)')
    .option('-o, --output <file>', 'write the frontier to a file instead')
    .option('--json', 'print the frontier as JSON, and faults of the window too')
    .action(run);
  teach(command, [
    ['frontier window.json --deadline 10000', 'A table of moves and objectives.'],
    ['frontier window.json --moves 0,any --json | jq .points', 'Nothing moved, and whatever it takes.'],
  ]);
}

async function run(file: string, { moves, ...flags }: Flags): Promise<void> {
  const limits = moves === undefined ? undefined : limitsIn(moves);
  await checkWritable(flags.output);
  await solving(file, flags, async ({ window, options, done }) => {
    const { frontier } = await import('../../solver/frontier.ts');
    const found = await frontier({ window, moves: limits }, options);
    const text = flags.json ? jsonText(found) : await inWords(found);
    done();
    await writeText(text, flags.output);
  });
}

function limitsIn(list: string): (number | null)[] {
  return list.split(',').map((text) => {
    const number = Number(text);
    if (text.trim() === 'any') return null;
    if (text.trim() !== '' && Number.isInteger(number) && number >= 0) return number;
    throw new BadInput(
      'usage',
      `Expected whole numbers or "any" in --moves, found "${text.slice(0, 40)}". Maybe 0,1,2,any.`,
    );
  });
}

async function inWords({ points }: Frontier): Promise<string> {
  const { figure, figures, percent } = await import('../figures.ts');
  const { table } = await import('../table.ts');
  const objectives = figures(points.map(({ objective }) => objective));
  const right = ['objective', 'gap', 'unplaced', 'made'].map((title) => ({ title, right: true }));
  return table(
    [{ title: 'moves', right: true }, ...right, { title: 'status' }],
    points.map(({ moves, made, gap, unplaced, status }, at) => [
      moves === null ? 'any' : figure(moves),
      objectives[at]!,
      percent(gap),
      figure(made === null ? null : unplaced.reduce((sum, { copies }) => sum + copies, 0)),
      figure(made),
      status,
    ]),
  );
}
