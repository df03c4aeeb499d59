import type { WindowInput } from '../model/window.ts';
import type { Conversion, Format, ReadOptions } from './format.ts';
import { FormatError } from './format-error.ts';
import { amountOf, countOf } from './number.ts';
import { INSTANCE } from './options.ts';

const FILE = 'instance';

/**
 * Generalized assignment as in the OR-Library and Yagiura's collection: `m n`, then m rows of n costs, m rows of n
 * resource uses and m capacities, white space between; rows may wrap. Every task goes to exactly one agent at least
 * cost. The window's objective "time" is the sum of the costs, one second each.
 */
export const gap: Format = {
  name: 'gap',
  summary: 'generalized assignment (OR-Library, Yagiura): agents are nodes, costs are times',
  files: [{ name: FILE, description: 'agents and tasks, costs, resource uses, capacities: numbers and white space' }],
  options: [INSTANCE],
  read: ([text = ''], options) => readGap(text, options),
};

function readGap(text: string, options: ReadOptions): Conversion {
  const words = wordsOf(text);
  const starts = instancesOf(words);
  const chosen = options.instance ?? 1;
  const start = starts[chosen - 1];
  if (start === undefined) {
    throw new FormatError(`an instance between 1 and ${starts.length}`, String(chosen), 'it is in another file', {
      file: FILE,
    });
  }
  const notes = starts.length === 1 ? [] : [`The file holds ${starts.length} instances; this is number ${chosen}.`];
  return { window: windowAt(words, start), notes };
}

/** Everything between white space, and the line it is on. */
interface Words {
  readonly text: readonly string[];
  readonly line: readonly number[];
}

function wordsOf(source: string): Words {
  const text: string[] = [];
  const line: number[] = [];
  source.split('\n').forEach((row, i) => {
    for (const word of row.match(/\S+/g) ?? []) {
      text.push(word);
      line.push(i + 1);
    }
  });
  return { text, line };
}

const amountAt = (words: Words, at: number, what: string) =>
  amountOf(words.text[at] ?? '', what, { file: FILE, line: words.line[at] ?? words.line.at(-1) ?? 1 });
const countAt = (words: Words, at: number, what: string) =>
  countOf(words.text[at] ?? '', what, { file: FILE, line: words.line[at] ?? words.line.at(-1) ?? 1 });

/** Numbers in an instance of m agents and n tasks, `m n` included. */
const lengthOf = (m: number, n: number) => 2 + 2 * m * n + m;

/** Where each instance begins: the one of a plain file, or those of an OR-Library file that starts with their number. */
function instancesOf(words: Words): number[] {
  const m = countAt(words, 0, 'the number of agents');
  const n = countAt(words, 1, 'the number of tasks');
  const found = words.text.length;
  if (lengthOf(m, n) === found) return [0];
  const starts: number[] = [];
  for (let at = 1; starts.length < m && at + 1 < found; ) {
    const length = lengthOf(Number(words.text[at]), Number(words.text[at + 1]));
    if (!(length >= lengthOf(1, 1))) break;
    starts.push(at);
    at += length;
    if (at === found && starts.length === m) return starts;
  }
  throw new FormatError(
    `${lengthOf(m, n)} numbers for ${m} agents and ${n} tasks`,
    String(found),
    lengthOf(m, n) > found
      ? 'the file is cut'
      : 'it holds more than one instance, or capacities of more than one resource',
    { file: FILE, line: words.line.at(-1) ?? 1 },
  );
}

function windowAt(words: Words, start: number): WindowInput {
  const m = countAt(words, start, 'the number of agents');
  const n = countAt(words, start + 1, 'the number of tasks');
  const costs = start + 2;
  const uses = costs + m * n;
  const capacities = uses + m * n;
  const agents = Array.from({ length: m }, (_, j) => `agent${j + 1}`);
  const useOf = (i: number, j: number) =>
    amountAt(words, uses + j * n + i, `what task ${i + 1} uses of agent ${j + 1}`);
  return {
    objective: 'time',
    unplaced: 'forbid',
    nodes: agents.map((id, j) => ({
      id,
      capacity: { units: amountAt(words, capacities + j, `the capacity of agent ${j + 1}`) },
    })),
    tasks: Array.from({ length: n }, (_, i) => {
      // the first agent's use is the demand, the others' stand beside it where they differ
      const units = useOf(i, 0);
      const others = agents.flatMap((id, j) =>
        useOf(i, j) === units ? [] : [[id, { demand: { units: useOf(i, j) } }] as const],
      );
      return { id: `task${i + 1}`, demand: { units }, ...(others.length > 0 && { on: Object.fromEntries(others) }) };
    }),
    times: Array.from({ length: n }, (_, i) =>
      agents.map((_, j) => amountAt(words, costs + j * n + i, `the cost of task ${i + 1} at agent ${j + 1}`)),
    ),
  };
}
