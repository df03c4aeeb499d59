import type { Progress } from '../solver/state.ts';
import { counted, figure, percent } from './figures.ts';

const STAGES: Record<Progress['stage'], string> = {
  heuristics: 'rules of thumb',
  bound: 'pricing capacity',
  tiers: 'placing as many as possible',
  solve: 'searching',
};

/** One line on a terminal that tells how a solve is going, and that leaves no trace. */
export class ProgressLine {
  readonly #terminal: NodeJS.WriteStream;
  readonly #since = performance.now();
  readonly #clock: NodeJS.Timeout;
  #text = 'reading the window';

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal;
    this.#clock = setInterval(() => this.#draw(), 100);
    this.#clock.unref();
    this.#draw();
  }

  readonly show = ({ stage, objective, unplaced, bound }: Progress): void => {
    const gap = bound > 0 && objective > 0 ? `, gap ${percent((objective - bound) / objective)}` : '';
    this.#text = `${STAGES[stage]}: objective ${figure(objective)}${unplaced > 0 ? `, ${counted(unplaced, 'copy', 'copies')} unplaced` : ''}${gap}`;
    this.#draw();
  };

  /** Erases the line. */
  end(): void {
    clearInterval(this.#clock);
    this.#terminal.write('\r\u001b[K');
  }

  #draw(): void {
    const seconds = ((performance.now() - this.#since) / 1000).toFixed(1);
    this.#terminal.write(`\r\u001b[K${`${seconds} s  ${this.#text}`.slice(0, (this.#terminal.columns || 80) - 1)}`);
  }
}
