import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Answer } from '../../model/answer.ts';
import type { Window } from '../../model/window.ts';
import { writeText } from '../files.ts';
import { solving } from '../solving.ts';
import { teach } from '../teach.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** Placements shown of the many. */
const SHOWN = 10;

export function addDemo(root: Command): void {
  const command = root
    .command('demo')
    .summary('see it work on a bundled window')
    .description(
      'Solves the bundled window of about 200 tasks on 24 nodes (a working day of a small cluster: services, batch jobs and training on GPUs in two zones) and prints the answer, what its bound and gap mean, and how far each rule of thumb is from the optimum.',
    )
    .action(run);
  teach(command, [
    ['demo', 'All of it, in a few seconds.'],
    ['solve examples/demo.json | less', 'The same answer as JSON.'],
  ]);
}

async function run(): Promise<void> {
  await solving(join(EXAMPLES, 'demo.json'), {}, async ({ window, options, done }) => {
    const { solve } = await import('../../solver/solve.ts');
    const answer = await solve({ ...window, compare: true }, options);
    const text = await report(window, answer);
    done();
    await writeText(text, undefined);
  });
}

async function report(window: Window, answer: Answer): Promise<string> {
  const { counted, figures } = await import('../figures.ts');
  const { heuristicsTable, meaning, summary } = await import('../summary.ts');
  const { table, wrapped } = await import('../table.ts');
  const nodes = window.nodes.reduce((sum, node) => sum + node.count, 0);
  const lines = answer.assignments.slice(0, SHOWN);
  const examples = relative('', EXAMPLES) || '.';
  const times = figures(lines.map(({ time }) => time));
  const costs = figures(lines.map(({ cost }) => cost));
  const placements = table(
    [
      { title: 'task' },
      { title: 'node' },
      { title: 'copies', right: true },
      { title: 'seconds', right: true },
      { title: 'cost', right: true },
    ],
    lines.map(({ task, node, copies }, at) => [task, node, String(copies), times[at]!, costs[at]!]),
  );
  const more = answer.assignments.length - lines.length;
  return [
    `\nPlacewright: ${counted(answer.summary.copies, 'copy', 'copies')} of ${counted(window.tasks.length, 'task')}, ${counted(nodes, 'node')}, ${window.deadlineMs} ms\n`,
    summary(answer),
    `Who runs where\n`,
    `${placements}${more > 0 ? `  … and ${more} more placements\n` : ''}`,
    `What bound and gap mean\n`,
    `${meaning(answer)}`,
    `What rules of thumb would have cost\n`,
    `${heuristicsTable(answer.heuristics)}\n${wrapped('Regret is how much more a rule costs than the assignment above; a rule that leaves other copies unplaced has none, as it can not be compared.')}`,
    `Try more\n`,
    [
      [`solve ${examples}/overfull.json`, 'More tasks than room: what stays out, and why.'],
      [`compare ${examples}/demo.json --objective time`, 'The same rules, judged by run time alone.'],
      ['serve', 'Over HTTP, with documentation at /docs.'],
    ]
      .map(([line, text]) => `  $ npx placewright ${line}\n      ${text}\n`)
      .join(''),
  ].join('\n');
}
