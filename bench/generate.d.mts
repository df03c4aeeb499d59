export { clusterWindow } from '../dist/bench/cluster-window.js';
export { draws } from '../dist/bench/draws.js';
