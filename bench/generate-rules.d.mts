import type { WindowInput } from '../dist/model/window.js';

export { runningCluster } from '../dist/bench/running-cluster.js';
export function ruledCluster(options: {
  tasks: number;
  nodes: number;
  load: number;
  seed: number;
  open?: number;
}): WindowInput;
