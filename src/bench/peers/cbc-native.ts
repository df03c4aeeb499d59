import type { LinearProgram } from '../../model/linear-program.ts';
import { binaryPeer } from './binary.ts';
import { type PeerAnswer, PROVED } from './peer.ts';

/** CBC as a native program. */
export const peer = binaryPeer({
  name: 'cbc-native',
  command: 'cbc',
  versionArguments: ['-stop'],
  arguments: (program, solution, seconds) => [
    program,
    ...['-threads', '0', '-seconds', String(seconds), '-ratioGap', String(PROVED)],
    ...['-primalTolerance', '1e-9', '-solve', '-solution', solution],
  ],
  read: readCbc,
});

/** CBC's solution file: a line of words that ends in `objective value Z`, then `INDEX NAME VALUE …` of columns not 0. */
export function readCbc(text: string, output: string, program: LinearProgram): Omit<PeerAnswer, 'ms'> {
  const [head = '', ...body] = text.split('\n');
  const x = new Float64Array(program.columns);
  for (const line of body) {
    const [, column, value] = /x(\d+)\s+(\S+)/.exec(line) ?? [];
    if (column !== undefined) x[Number(column)] = Number(value);
  }
  const told = Number(/objective value\s+(\S+)/.exec(head)?.[1]);
  const has = !/infeasible|no integer solution/i.test(head) && Number.isFinite(told);
  const status = head.startsWith('Optimal')
    ? 'optimal'
    : /^Infeasible/i.test(head)
      ? 'infeasible'
      : has
        ? 'feasible'
        : 'unknown';
  const lower = Number(/Lower bound:\s+(\S+)/.exec(output)?.[1] ?? Number.NaN);
  const bound = status === 'optimal' ? told : Number.isFinite(lower) ? lower : null;
  return { status, cost: has ? told : null, bound, x: has ? x : null };
}
