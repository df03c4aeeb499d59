import type { Sizing } from '../dist/bench/draws.js';
import type { WindowInput } from '../dist/model/window.js';

export { runningCluster } from '../dist/bench/running-cluster.js';
export function ruledCluster(options: Sizing & { open?: number }): WindowInput;
