import type { LinearProgram } from '../../model/linear-program.ts';
import { binaryPeer } from './binary.ts';
import { type PeerAnswer, PROVED } from './peer.ts';

/** GLPK as a native program. */
export const peer = binaryPeer({
  name: 'glpsol',
  command: 'glpsol',
  versionArguments: ['--version'],
  arguments: (program, solution, seconds, integer) => [
    ...['--lp', program, '--write', solution, '--tmlim', String(Math.max(1, Math.round(seconds)))],
    ...(integer ? ['--mipgap', String(PROVED)] : []),
  ],
  read: readGlpsol,
});

/** GLPK's own solution format: `s KIND rows columns STATUS… objective`, then `j COLUMN [status] VALUE …`. */
export function readGlpsol(text: string, _output: string, program: LinearProgram): Omit<PeerAnswer, 'ms'> {
  const x = new Float64Array(program.columns);
  let status: PeerAnswer['status'] = 'unknown';
  let cost: number | null = null;
  for (const line of text.split('\n')) {
    const words = line.split(/\s+/);
    if (words[0] === 's') {
      const primal = words[4];
      const optimal = words[1] === 'mip' ? primal === 'o' : primal === 'f' && words[5] === 'f';
      status = optimal ? 'optimal' : primal === 'f' ? 'feasible' : primal === 'n' ? 'infeasible' : 'unknown';
      cost = Number(words.at(-1));
    } else if (words[0] === 'j') {
      // of a linear program the basis status comes before the value
      const value = Number.isNaN(Number(words[2])) ? words[3] : words[2];
      x[Number(words[1]) - 1] = Number(value);
    }
  }
  const has = status === 'optimal' || status === 'feasible';
  return { status, cost: has ? cost : null, bound: status === 'optimal' ? cost : null, x: has ? x : null };
}
