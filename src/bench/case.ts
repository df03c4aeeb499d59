import type { WindowInput } from '../model/window.ts';

/** One window and what is measured on it. */
export interface Case {
  readonly name: string; // SUITE/GROUP … seed S
  readonly group: string; // cases whose figures are summed up together
  readonly window: () => WindowInput;
  readonly file?: string; // where the window stands, if it is a user's own
  readonly everything: boolean; // peers must place everything
  /** Deadlines, rising, each with search seeds 1 … seeds. */
  readonly ours: { readonly seconds: readonly number[]; readonly seeds: number };
  readonly peers: { readonly seconds: number; readonly names: readonly string[] }; // 0 seconds: as our longest
  readonly rules: boolean; // whether the rules of thumb are measured, too
  readonly known: { readonly best: number; readonly bound: number } | null; // published
  readonly fresh: boolean; // a new process for each group, so that its memory is the group's
}

export interface CaseOptions {
  readonly seeds: number | null; // windows of each size and load; null: as many as the suite has
  readonly first: number; // seed of the first
  readonly data: string; // folder with gap/, alibaba-gpu-2023/, gavel/, cloud-balancing/
  readonly quick: boolean; // few small windows, short deadlines
}

/** How a case is measured. */
export type Measure = Pick<Case, 'everything' | 'ours' | 'peers' | 'rules' | 'fresh'>;

/** Integer programming in WebAssembly and native, and the best of it. */
export const ILP = ['highs', 'cp-sat', 'scip', 'cbc', 'glpk', 'glpsol', 'cbc-native'];
export const BEST = ['highs', 'cp-sat'];

/** Everyone has the same seconds to prove the optimum. */
export const proof = (seconds: number, names: readonly string[]): Measure => ({
  everything: true,
  ours: { seconds: [seconds], seeds: 1 },
  peers: { seconds, names },
  rules: false,
  fresh: false,
});
/** Few seconds of ours, the median of three search seeds, against many of the peers'. */
export const against = (ours: number, theirs: number, names: readonly string[]): Measure => ({
  ...proof(theirs, names),
  ours: { seconds: [ours], seeds: 3 },
});
/** Too large for peers: what counts is the gap that is proven. */
export const alone = (seconds: number): Measure => ({ ...proof(seconds, []), fresh: true });
/** Not everything may fit: copies placed count first. */
export const most = (measure: Measure): Measure => ({ ...measure, everything: false });
/** Rules of thumb, ours at several deadlines, and peers with as long as the longest. */
export const everyone = (seconds: readonly number[], names: readonly string[]): Measure => ({
  ...proof(seconds.at(-1)!, names),
  ours: { seconds, seeds: 1 },
  rules: true,
});

/** The longest of our deadlines, in words of a group. */
export const longest = ({ ours }: Pick<Measure, 'ours'>): string => `${ours.seconds.at(-1)!} s`;
