import type { Instance } from '../../model/instance.ts';
import { granularityOf } from './granularity.ts';

/** Rooms that are shares are wider by this, or copies whose demands sum to the limit would be shut out by rounding. */
export const WIDER = 1e-13;
/** Relative error up to which a demand counts as a multiple of a grain. */
const MULTIPLE = 1e-12;

/** In what units the capacities of node classes are counted (classes × resources). */
export interface Rooms {
  readonly unit: Float64Array; // amount of the resource that weighs 1
  readonly room: Float64Array; // units that an empty bin takes
  readonly whole: boolean; // whether all demands are whole units, and rooms rounded down to such
}

/**
 * Where all demands of each resource are multiples of a grain, rooms in grains: sums are then exact, so that equal ones can
 * be told, and what no demands add up to is no room. Else rooms as shares of each limit.
 */
export function roomsOf({ pairs, width, nodes, limit }: Omit<Instance, 'window'>): Rooms {
  const grains = Array.from({ length: width }, (_, k) => grainOf(pairs.demand.filter((_, at) => at % width === k)));
  if (grains.includes(0)) return { unit: limit, room: new Float64Array(limit.length).fill(1 + WIDER), whole: false };
  const unit = Float64Array.from({ length: nodes.classes * width }, (_, at) => grains[at % width]!);
  const room = unit.map((grain, at) => Math.floor(limit[at]! / grain));
  return { unit, room, whole: true };
}

/** The largest grain of which all demands are multiples, to within a rounding that no sum of them shows; 0: there is none. */
function grainOf(demands: Float64Array): number {
  if (demands.every((demand) => demand === 0)) return 1;
  const grain = granularityOf(demands, 1);
  const isMultiple = (demand: number) =>
    Math.abs(demand / grain - Math.round(demand / grain)) <= MULTIPLE * (demand / grain);
  return grain > 0 && demands.every(isMultiple) ? grain : 0;
}
