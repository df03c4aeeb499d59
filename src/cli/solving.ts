import type { Window } from '../model/window.ts';
import type { EngineName } from '../solver/engines/engine.ts';
import type { SolveOptions } from '../solver/solve.ts';
import type { WindowFlags } from './window-flags.ts';

/** Milliseconds of the deadline kept for writing the answer: a process that just started does all of it for the first time. */
const WRITING_MS = 25;

/** A window that was read, and all that `solve` wants to know beside it. */
export interface Ready {
  readonly window: Window;
  readonly options: SolveOptions;
  /** Erases the progress line; called before anything is written. */
  readonly done: () => void;
}

/**
 * Reads a window and hands it to `use` with engines to solve it. Their thread starts while modules load and the file
 * is read, and ends when `use` is through. Ctrl-C ends the search, not the program: what is known is answered; a
 * second one ends the program.
 */
export async function solving<T>(file: string, flags: WindowFlags, use: (ready: Ready) => Promise<T>): Promise<T> {
  const { EnginePool } = await import('../solver/engine-pool.ts');
  const engines = new EnginePool({ ready: 1, warm: [likelyEngine(flags)] });
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  let line: { end(): void } | null = null;
  try {
    const [{ readWindow }, { ProgressLine }] = await Promise.all([
      import('./read-window.ts'),
      import('./progress-line.ts'),
      import('../solver/solve.ts'),
    ]);
    const { window, started } = await readWindow(file, flags);
    process.once('SIGINT', stop);
    const progress = process.stderr.isTTY ? new ProgressLine(process.stderr) : null;
    line = progress;
    const done = () => {
      line?.end();
      line = null;
    };
    return await use({
      window,
      done,
      options: {
        engines,
        started,
        reserveMs: WRITING_MS,
        signal: interrupt.signal,
        ...(progress ? { onProgress: progress.show } : {}),
      },
    });
  } finally {
    process.removeListener('SIGINT', stop);
    line?.end();
    await engines.close();
  }
}

/** The engine to load while the file is read: the one asked for, else the one that small windows get, as they have the least time to wait. */
const likelyEngine = ({ engine }: WindowFlags): EngineName =>
  engine === 'highs' || engine === 'jslp' ? engine : 'glpk';
