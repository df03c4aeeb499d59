import { openSync } from 'node:fs';
import sonicBoom from 'sonic-boom';

const { SonicBoom } = sonicBoom;
type Stream = InstanceType<typeof SonicBoom>;

export interface LogDestinationOptions {
  /** File that lines are added to, made if there is none; null: standard output. */
  readonly file: string | null;
  /** Called for each write that failed: disk full, pipe broken, stream destroyed. */
  readonly onError?: () => void;
  /** Called for each line that was given up because `bufferBytes` were waiting. */
  readonly onDrop?: () => void;
  /** Bytes of lines that may wait for a destination that takes none; default 1 MiB. */
  readonly bufferBytes?: number;
}

/**
 * Where log lines go, written in the background. Nothing that happens to it reaches who logs: failures are counted, up
 * to `bufferBytes` of lines wait, later ones are dropped, and every line tries anew, so that logging goes on once the
 * disk has room.
 */
export class LogDestination {
  readonly #options: LogDestinationOptions;
  #stream: Stream;
  #closed = false;
  #givenUp = false; // what still waits is not tried again

  /** Throws when the file can not be opened: at the start, that is the operator's to know. */
  constructor(options: LogDestinationOptions) {
    this.#options = options;
    this.#stream = this.#open();
  }

  write(line: string): void {
    if (this.#closed) return;
    try {
      this.#stream.write(line);
    } catch {
      this.#options.onError?.();
    }
  }

  /** Opens the file anew, for who moved it away (log rotation). Keeps the old one when that fails. */
  reopen(): void {
    if (this.#closed) return;
    try {
      const old = this.#stream;
      this.#stream = this.#open();
      old.once('error', () => old.destroy());
      endOf(old);
    } catch {
      this.#options.onError?.();
    }
  }

  /** Writes what waits and closes; after `timeoutMs`, or the first failure, without what still waits. */
  async close(timeoutMs = 1000): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const stream = this.#stream;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        stream.destroy();
        resolve();
      };
      stream.once('close', done);
      stream.once('error', done);
      if (!endOf(stream)) done();
    });
    this.#givenUp = true;
  }

  /** Ends the stream under the log, as if from outside. For tests of what that does. */
  destroy(): void {
    this.#stream.destroy();
  }

  #open(): Stream {
    const { file, onError, onDrop, bufferBytes = 1 << 20 } = this.#options;
    const stream = new SonicBoom({
      // asking for process.stdout makes a pipe non-blocking: a thread stuck in a write would hold up the exit
      fd: file === null ? process.stdout.fd : openSync(file, 'a', 0o640),
      minLength: 1, // each line at once, when none is being written
      maxLength: bufferBytes,
      retryEAGAIN: () => !this.#givenUp,
    });
    stream.on('error', () => onError?.());
    stream.on('drop', () => {
      onDrop?.();
      stream.flush(); // a full buffer takes no lines, which else would be what tries anew
    });
    return stream;
  }
}

/** Has a stream write what waits and close; false when it was destroyed before. */
function endOf(stream: Stream): boolean {
  try {
    stream.end();
    return true;
  } catch {
    return false;
  }
}
