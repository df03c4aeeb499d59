import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinearProgram } from '../../model/linear-program.ts';
import { lpFile } from './lp-file.ts';
import { type Peer, type PeerAnswer, timed } from './peer.ts';

/** A solver installed on this machine that reads LP files: how it is called, and how its answer is read. */
export interface Binary {
  readonly name: string;
  readonly command: string;
  readonly versionArguments: readonly string[];
  readonly arguments: (program: string, solution: string, seconds: number, integer: boolean) => readonly string[];
  readonly read: (solution: string, output: string, program: LinearProgram) => Omit<PeerAnswer, 'ms'>;
}

/** A peer that is there when its command is on the PATH. The time includes writing and reading its files. */
export function binaryPeer(binary: Binary): Peer {
  return {
    name: binary.name,
    load: async () => versionOf(binary),
    solve: (program, { seconds }) => timed(() => run(binary, program, seconds)),
  };
}

function versionOf({ command, versionArguments }: Binary): string | null {
  try {
    const output = execFileSync(command, versionArguments, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /\d+\.\d+(\.\d+)?/.exec(output)?.[0] ?? 'of unknown version';
  } catch {
    return null;
  }
}

async function run(binary: Binary, program: LinearProgram, seconds: number): Promise<Omit<PeerAnswer, 'ms'>> {
  const folder = mkdtempSync(join(tmpdir(), 'placewright-bench-'));
  const posed = join(folder, 'program.lp');
  const solution = join(folder, 'solution.txt');
  try {
    writeFileSync(posed, lpFile(program));
    const output = await outputOf(
      binary.command,
      binary.arguments(posed, solution, seconds, program.integer.includes(1)),
    );
    return binary.read(readFileSync(solution, 'utf8'), output, program);
  } catch {
    return { status: 'unknown', cost: null, bound: null, x: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outputOf(command: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    process.once('exit', () => child.kill('SIGKILL'));
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}
