import type { Command } from 'commander';
import type { Claim, Verification } from '../claims.ts';
import { EXIT, PLAIN_EXITS } from '../exit-codes.ts';
import { teach } from '../teach.ts';
import { addWindowFlags, type WindowFlags } from '../window-flags.ts';

/** Breaches listed in words; `--json` lists all. */
const MOST_IN_WORDS = 20;

interface Flags extends WindowFlags {
  json?: boolean;
}

export function addVerify(root: Command): void {
  const command = root
    .command('verify')
    .summary('check an answer or a plan against its window')
    .description(
      'Checks that an answer is what it claims to be, from the window alone and without solving anything: every rule and capacity, the cost, the copies left unplaced in each tier, the gap, and the bound that the prices of its certificate prove. A plan made elsewhere will do: a list of { task, node, copies }, or an object with such a list as `assignments`; it claims only to keep the rules.',
    )
    .argument('<window>', 'the window; - reads standard input')
    .argument('<answer>', 'the answer or plan; - reads standard input');
  addWindowFlags(command, ['objective', 'mode'])
    .option('--json', 'print the result as JSON, and faults of the files too')
    .action(run);
  teach(
    command,
    [
      ['verify window.json answer.json', 'Whether the answer is what it claims to be.'],
      ['solve window.json | placewright verify window.json -', 'The same, without a file between.'],
    ],
    [
      [EXIT.answered, 'it is what it claims to be'],
      ...PLAIN_EXITS.slice(1),
      [EXIT.refuted, 'it is not: it breaks a rule, or a claim does not hold'],
    ],
  );
}

async function run(windowFile: string, answerFile: string, { json, ...flags }: Flags): Promise<void> {
  const [{ readWindow }, { readPlan }, { verifyAnswer }, { writeText }, { jsonText }, { BadInput }] = await Promise.all(
    [
      import('../read-window.ts'),
      import('../plan.ts'),
      import('../claims.ts'),
      import('../files.ts'),
      import('../json-text.ts'),
      import('../bad-input.ts'),
    ],
  );
  if (windowFile === '-' && answerFile === '-')
    throw new BadInput(
      'usage',
      'Expected at most one of the two on standard input, found both. Maybe save one of them to a file.',
    );
  const { window } = await readWindow(windowFile, flags);
  const verification = verifyAnswer(window, await readPlan(answerFile));
  await writeText(json ? jsonText(verification) : await inWords(verification), undefined);
  process.exitCode = verification.holds ? EXIT.answered : EXIT.refuted;
}

const TITLES: Record<Claim['claim'], string> = {
  status: 'status',
  objective: 'objective',
  lines: 'lines with right time and cost',
  unplaced: 'unplaced copies',
  moves: 'moves, none overfills',
  bound: 'bound, at most the objective',
  gap: 'gap',
  certificate: 'bound from the prices',
  optimal: 'optimal, by its own figures',
};

function verdictWords(holds: boolean, claims: boolean): string {
  if (!claims) return holds ? 'The plan keeps all rules.' : 'The plan breaks rules.';
  return holds ? 'It is what it claims to be.' : 'It is NOT what it claims to be.';
}

async function inWords({
  holds,
  breaches,
  claims,
  objective,
  unplaced,
  moves,
  bound,
  partial,
}: Verification): Promise<string> {
  const { counted, figure } = await import('../figures.ts');
  const { pairs, table, wrapped } = await import('../table.ts');
  const shown = (value: Claim['found']) =>
    typeof value === 'string' ? value : value === null ? 'none' : String(Number(value.toPrecision(10)));
  const left = unplaced
    .filter(({ copies }) => copies > 0)
    .map(({ tier, copies }) => `${figure(copies)} in tier ${tier}`);
  const parts = [
    `${verdictWords(holds, claims.length > 0)}${partial ? ' Checked was what it would have answered were unplaced tasks allowed.' : ''}\n`,
    pairs([
      ['rules', breaches.length === 0 ? 'all kept' : `${counted(breaches.length, 'breach', 'breaches')}`],
      ['objective', shown(objective)],
      ['unplaced', left.length === 0 ? 'nothing' : left.join(', ')],
      ['moves', figure(moves)],
      ['bound', bound === null ? 'no prices that prove one' : `${shown(bound)}, proven by the prices`],
    ]),
  ];
  if (breaches.length > 0) {
    const rows = breaches
      .slice(0, MOST_IN_WORDS)
      .map(({ code, task, node, detail }) => [code, task ?? '', node ?? '', detail]);
    const more =
      breaches.length > rows.length ? `  … and ${breaches.length - rows.length} more; --json lists them all\n` : '';
    parts.push(
      `${table([{ title: 'broken' }, { title: 'task' }, { title: 'node' }, { title: 'how', widest: 200 }], rows)}${more}`,
    );
  }
  if (claims.length > 0) {
    const rows = claims.map(({ claim, claimed, found, holds: right }) => [
      TITLES[claim],
      shown(claimed),
      shown(found),
      right ? 'holds' : 'WRONG',
    ]);
    parts.push(
      table(
        [{ title: 'claim' }, { title: 'claimed', right: true }, { title: 'found', right: true }, { title: '' }],
        rows,
      ),
    );
  }
  const claimed = claims.find(({ claim }) => claim === 'bound')?.claimed;
  if (holds && typeof claimed === 'number' && claimed - (bound ?? 0) > 1e-6 * Math.abs(claimed)) {
    parts.push(
      wrapped(
        `Prices prove ${shown(bound ?? 0)}; that nothing costs less than ${shown(claimed)} either was proven by branch and bound, which leaves nothing to check but its word.`,
      ),
    );
  }
  return parts.join('\n');
}
