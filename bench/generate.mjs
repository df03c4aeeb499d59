// Windows from seeds, for tests and measurements: those of `placewright bench`.
export { clusterWindow } from '../dist/bench/cluster-window.js';
export { draws, round } from '../dist/bench/draws.js';
