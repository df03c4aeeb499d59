import { clusterWindow } from '../../dist/bench/cluster-window.js';
import type { WindowInput } from '../../dist/model/window.js';

/**
 * A window that takes all the time it is given: 200 tasks for 20 nodes no two of which are alike, which are
 * placed at once and not proven in 40 s. One that is proven would end before what a test waits for.
 */
const cluster = clusterWindow({ tasks: 200, nodes: 20, kinds: 20, load: 0.8, seed: 6 });
export const endless = (deadlineMs: number, seed = 1): WindowInput => ({ ...cluster, deadlineMs, seed });
