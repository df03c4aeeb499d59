export { clusterWindow } from '../dist/bench/cluster-window.js';
export { draws, round } from '../dist/bench/draws.js';
