import type { WindowInput } from '../dist/model/window.js';

export function runningCluster(options: { tasks: number; nodes: number; load: number; seed: number }): WindowInput;
export function ruledCluster(options: {
  tasks: number;
  nodes: number;
  load: number;
  seed: number;
  open?: number;
}): WindowInput;
