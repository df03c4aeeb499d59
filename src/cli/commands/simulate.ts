import type { Command } from 'commander';
import { BadInput } from '../bad-input.ts';
import { PLAIN_EXITS } from '../exit-codes.ts';
import { checkWritable, writeText } from '../files.ts';
import { jsonText } from '../json-text.ts';
import { simulationOptions, type TraceFlags } from '../simulation-flags.ts';
import { teach } from '../teach.ts';

/** Policies that are run when none are named. */
const USUAL = 'optimal,shortest-job-first,shortest-remaining-time-first,priority,first-fit,best-fit,fastest-node';

interface Flags extends TraceFlags {
  policies: string;
  output?: string;
  check: boolean;
  json?: boolean;
}

export function addSimulate(root: Command): void {
  const command = root
    .command('simulate')
    .summary('replay a trace of jobs under several policies')
    .description(
      'Replays the jobs of a trace on a simulated cluster: they arrive, are placed window by window, run, end and free their nodes, which may fail. Every policy sees the same jobs and the same failures; how long jobs took, what they cost and how full the cluster was are set side by side. Every log is audited line by line. The same seed gives the same figures to the digit unless a deadline is set.',
    )
    .argument(
      '<trace>',
      'a trace as JSON (- reads standard input); a Gavel trace, with --throughputs; or poisson or bursty, which are made by the seed',
    )
    .option(
      '-p, --policies <list>',
      'heuristics and "optimal", separated by commas, each with +preempt or +migrate if only it may',
      USUAL,
    )
    .option('--preempt', 'let every policy stop running jobs; their progress is saved')
    .option('--migrate', 'let every policy stop running jobs and move them to other nodes')
    .option('--restart <seconds>', 'what starting a job from saved progress takes (default 30)')
    .option('--every <seconds>', 'pose windows at multiples of this only (default: whenever something happens)')
    .option('--mtbf <seconds>', 'mean time from repair to failure of each node (default: none fails)')
    .option('--mttr <seconds>', 'mean time to repair (default 3600)')
    .option(
      '--checkpoint <seconds>',
      'work between two checkpoints, to the last of which a failure throws a job back; 0: nothing is lost; none: all since its last start is (default 3600)',
    )
    .option('--compress <factor>', 'let jobs arrive so many times as fast (default 1)')
    .option('--seed <n>', 'seed of made traces, failures and policies, 0 to 4294967295 (default 1)')
    .option('--work <n>', 'steps for each window of "optimal" (default 1)')
    .option('--deadline <ms>', 'milliseconds for each window of "optimal" instead of steps: figures then vary')
    .option('--worth <seconds>', 'completion time that "optimal" gives for a unit of money saved (default 0)')
    .option('--throughputs <file>', 'steps per second by kind of GPU, of a Gavel trace')
    .option('--take <n>', 'jobs of a Gavel trace to take, the first ones (default all)')
    .option('--gpus <name=n,…>', 'GPUs by kind for a Gavel trace (default v100=36,p100=36,k80=36)')
    .option('--gpus-per-node <n>', 'GPUs in one node for a Gavel trace (default 4)')
    .option('--jobs <n>', 'jobs of a made trace (default 200)')
    .option('--load <share>', 'work that arrives in a made trace over what the cluster can do (default 0.8)')
    .option('--no-check', 'do not audit')
    .option('-o, --output <file>', 'write the result to a file instead')
    .option('--json', 'print the result as JSON, and faults of the input too')
    .action(run);
  teach(
    command,
    [
      ['simulate bursty --jobs 300 --load 0.9', 'A made trace, under the usual policies.'],
      [
        'simulate msr.trace --throughputs throughputs.json --take 1000 --mtbf 604800',
        'The first 1,000 jobs of a Gavel trace; each node fails once a week.',
      ],
    ],
    PLAIN_EXITS,
  );
}

async function run(file: string, { policies, output, check, json, ...flags }: Flags): Promise<void> {
  await checkWritable(output);
  const [{ readTrace }, { policyChoice }, { sideBySide }, { EnginePool }] = await Promise.all([
    import('../read-trace.ts'),
    import('../../simulation/policies.ts'),
    import('../../simulation/side-by-side.ts'),
    import('../../solver/engine-pool.ts'),
  ]);
  const { conditions, limits, liberties } = simulationOptions(flags);
  const choices = policies.split(',').map((text) => {
    const choice = policyChoice(text, liberties);
    if (typeof choice === 'string') throw new BadInput('usage', choice);
    return choice;
  });
  const trace = await readTrace(file, flags, conditions.seed);
  const engines = new EnginePool();
  const show = (policy: string, finished: number) =>
    process.stderr.write(`\r\u001b[K${policy}: ${finished} of ${trace.arrivals.length} jobs done`);
  try {
    const onWindow = process.stderr.isTTY ? show : undefined;
    const found = await sideBySide(trace, choices, { conditions, limits, engines, check, onWindow });
    if (onWindow) process.stderr.write('\r\u001b[K');
    const result = { trace: file, notes: trace.notes, conditions, limits, ...found };
    const { simulationWords } = await import('../simulation-words.ts');
    await writeText(json ? jsonText(result) : simulationWords(trace.notes, found), output);
  } finally {
    await engines.close();
  }
}
