import type { Command } from 'commander';
import type { Quote } from '../../solver/quote.ts';
import { PLAIN_EXITS } from '../exit-codes.ts';
import { teach } from '../teach.ts';

/** Nodes listed in words; `--json` lists all. */
const MOST_IN_WORDS = 20;

export function addQuote(root: Command): void {
  const command = root
    .command('quote')
    .summary('where one more task would fit, and what it would add')
    .description(
      'Tells on which nodes a task that is not in the window would fit beside what is placed now, what placing it would add to the objective on each, cheapest first, and why it does not fit on the others. Nothing is placed. What is placed now is a plan or an answer; without one, the tasks that run on their `current`.',
    )
    .argument('<window>', 'the window; - reads standard input')
    .argument(
      '<task>',
      'the task, as an entry of `tasks`, or { task, times } with its row where the window has `times`; - reads standard input',
    )
    .argument('[plan]', 'the answer or plan that is placed now; - reads standard input')
    .option('--json', 'print the quote as JSON, and faults of the files too')
    .action(run);
  teach(
    command,
    [
      ['quote window.json task.json', 'Beside what runs now.'],
      ['solve window.json | placewright quote window.json task.json -', 'Beside the best plan for the window.'],
    ],
    PLAIN_EXITS,
  );
}

async function run(
  windowFile: string,
  taskFile: string,
  planFile: string | undefined,
  { json }: { json?: boolean },
): Promise<void> {
  const [{ readDocument }, { readyQuote }, { quote }, { writeText }, { jsonText }, { BadInput }] = await Promise.all([
    import('../document.ts'),
    import('../../model/quote-body.ts'),
    import('../../solver/quote.ts'),
    import('../files.ts'),
    import('../json-text.ts'),
    import('../bad-input.ts'),
  ]);
  if ([windowFile, taskFile, planFile].filter((file) => file === '-').length > 1)
    throw new BadInput(
      'usage',
      'Expected at most one of the files on standard input, found more. Maybe save the others to files.',
    );
  const task = await readDocument(taskFile);
  const request = readyQuote({
    window: await readDocument(windowFile),
    ...(task !== null && typeof task === 'object' && 'task' in task ? task : { task }),
    ...(planFile === undefined ? {} : { plan: await readDocument(planFile) }),
  });
  if (!request.ok) throw new BadInput(request.refusal.code, request.refusal.detail, null, request.refusal.faults);
  const found = quote(request.value);
  await writeText(json ? jsonText(found) : await inWords(found), undefined);
}

async function inWords({ task, nodes, reasons }: Quote): Promise<string> {
  const { counted, figure } = await import('../figures.ts');
  const { pairs, table } = await import('../table.ts');
  const { reasonWords } = await import('../summary.ts');
  const [best] = nodes;
  const head = pairs([
    ['task', task],
    [
      'fits',
      best ? `on ${counted(nodes.length, 'node')}, cheapest on ${best.node} for ${figure(best.cost)}` : 'nowhere',
    ],
  ]);
  const rows = nodes
    .slice(0, MOST_IN_WORDS)
    .map(({ node, cost, opening, copies }) => [node, figure(cost), figure(opening), figure(copies)]);
  const right = ['adds', 'of it opening', 'copies'].map((title) => ({ title, right: true }));
  const more = nodes.length > rows.length ? `  … and ${nodes.length - rows.length} more; --json lists them all\n` : '';
  const fits = rows.length > 0 ? `\n${table([{ title: 'node' }, ...right], rows)}${more}` : '';
  const why = reasons.map((reason) => [reasonWords(reason)]);
  return `${head}${fits}${why.length > 0 ? `\n${table([{ title: 'why not elsewhere', widest: 100 }], why)}` : ''}`;
}
