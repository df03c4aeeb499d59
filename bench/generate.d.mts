import type { WindowInput } from '../dist/model/window.js';

export function draws(seed: number): {
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
};

export function clusterWindow(options: {
  tasks: number;
  nodes: number;
  kinds: number;
  load: number;
  seed: number;
  resources?: number;
  noise?: 'node' | 'kind';
  copies?: number;
  lattice?: number;
  jitter?: number;
  folded?: boolean;
  tiers?: number;
}): WindowInput;
