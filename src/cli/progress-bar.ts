/** A bar on a terminal that tells how far many runs are; without a terminal nothing is drawn. */
export class ProgressBar {
  readonly #terminal: NodeJS.WriteStream | null;
  readonly #since = performance.now();
  #first = 0; // runs that were there before

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal.isTTY ? terminal : null;
  }

  /** Draws run `at` of `of`, which is about to begin. */
  show(at: number, of: number, what: string): void {
    this.#first ||= at;
    const share = (at - 1) / of;
    const passed = (performance.now() - this.#since) / 1000;
    const done = at - this.#first;
    const left = done > 0 ? `, about ${inWords((passed / done) * (of - at + 1))} left` : '';
    const filled = Math.round(24 * share);
    const text = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${at}/${of}${left}  ${what}`;
    this.#terminal?.write(`\r\u001b[K${text.slice(0, (this.#terminal.columns || 80) - 1)}`);
  }

  /** Erases the bar, so that something else can be written. */
  clear(): void {
    this.#terminal?.write('\r\u001b[K');
  }
}

const inWords = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
