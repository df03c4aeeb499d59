import type { WindowInput } from '../model/window.ts';

/** What a reader makes of other people's files. */
export interface Conversion {
  readonly window: WindowInput;
  /** Sentences on what the window says differently from the files, such as the jobs left out. */
  readonly notes: readonly string[];
  /** Of a trace: when each task arrives, in seconds ≥ 0, in the order of the window's tasks. */
  readonly arrivals?: readonly number[];
}

/** What may be asked of a reader; each format names the options that it knows. */
export interface ReadOptions {
  /** Tasks to take, ≥ 1; default all. */
  readonly take?: number;
  /** Nodes to take, ≥ 1; default all. */
  readonly nodes?: number;
  /** Take a random choice instead of the first ones: a whole number ≥ 0. */
  readonly seed?: number;
  /** Which instance of a file that holds several, counted from 1; default 1. */
  readonly instance?: number;
  /** GPUs in one node, ≥ 1. */
  readonly gpusPerNode?: number;
  /** GPUs in all, by kind, each ≥ 1. */
  readonly gpus?: Readonly<Record<string, number>>;
}

/** One option as the help shows it and `parseOption` reads it. */
export interface FormatOption {
  readonly name: keyof ReadOptions;
  /** `count`: a whole number ≥ 1; `seed`: a whole number ≥ 0; `counts`: NAME=COUNT pairs separated by commas. */
  readonly value: 'count' | 'seed' | 'counts';
  readonly description: string;
  /** What holds when the option is absent, for the help. */
  readonly default: string;
}

/** A reader of one kind of file. */
export interface Format {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** The files that `read` wants the texts of, in this order. */
  readonly files: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly FormatOption[];
  /** Throws a FormatError when a text is not what it should be. */
  read(texts: readonly string[], options: ReadOptions): Conversion;
}
