import { type Instance, totalCopies } from '../../model/instance.ts';

/**
 * The generalized assignment problem of an instance, copy by copy: every unit (one copy of a task, in the order of
 * `Units`) that may run anywhere gets one slot, a place of it on a node copy. Slots are grouped by node copy.
 */
export interface Problem {
  readonly units: number;
  readonly nodes: number; // node copies
  readonly width: number; // resources
  readonly slots: number;
  readonly nodeStart: Int32Array; // nodes + 1; slots of node j: nodeStart[j] … nodeStart[j + 1] − 1
  readonly unitOf: Int32Array; // slots
  readonly nodeOf: Int32Array; // slots
  readonly cost: Float64Array; // slots
  readonly demand: Float64Array; // slots × resources
  readonly unitStart: Int32Array; // units + 1, into `slotOf`
  readonly slotOf: Int32Array; // slots, by unit
  readonly limit: Float64Array; // nodes × resources
  readonly classOf: Int32Array; // nodes → class of nodes that are alike
  readonly grain: number; // every cost is a whole multiple of this; 0 when they are not
}

/** Grains that costs are tried for, coarsest first, and the error of a multiple, relative to its size. */
const GRAINS = [1000, 100, 10, 1, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001];
const GRAIN_ERROR = 1e-11;

/** Slots that the problem of an instance has: (copies of a task, node copy) pairs. */
export function slotsOf({ tasks, pairs, count, size }: Instance): number {
  let slots = 0;
  for (let i = 0; i < tasks; i++)
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) slots += count[i]! * size[pairs.node[p]!]!;
  return slots;
}

export function problemOf(instance: Instance): Problem {
  const { pairs, nodes, width, tasks, count, limit } = instance;
  const units = totalCopies(instance);
  const nodeStart = new Int32Array(nodes.copies + 1);
  const unitStart = new Int32Array(units + 1);
  let slots = 0;
  for (let i = 0, unit = 0; i < tasks; i++) {
    let places = 0;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const q = pairs.node[p]!;
      places += nodes.memberStart[q + 1]! - nodes.memberStart[q]!;
      for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]!; at++)
        nodeStart[nodes.member[at]! + 1]! += count[i]!;
    }
    for (const end = unit + count[i]!; unit < end; unit++) {
      slots += places;
      unitStart[unit + 1] = slots;
    }
  }
  for (let j = 0; j < nodes.copies; j++) nodeStart[j + 1]! += nodeStart[j]!;
  const unitOf = new Int32Array(slots);
  const nodeOf = new Int32Array(slots);
  const cost = new Float64Array(slots);
  const demand = new Float64Array(slots * width);
  const slotOf = new Int32Array(slots);
  const next = nodeStart.slice();
  for (let i = 0, unit = 0; i < tasks; i++) {
    for (const end = unit + count[i]!; unit < end; unit++) {
      let at = unitStart[unit]!;
      for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
        const q = pairs.node[p]!;
        for (let member = nodes.memberStart[q]!; member < nodes.memberStart[q + 1]!; member++) {
          const j = nodes.member[member]!;
          const slot = next[j]!++;
          unitOf[slot] = unit;
          nodeOf[slot] = j;
          cost[slot] = pairs.cost[p]!;
          for (let k = 0; k < width; k++) demand[slot * width + k] = pairs.demand[pairs.row[p]! * width + k]!;
          slotOf[at++] = slot;
        }
      }
    }
  }
  return {
    units,
    nodes: nodes.copies,
    width,
    slots,
    nodeStart,
    unitOf,
    nodeOf,
    cost,
    demand,
    unitStart,
    slotOf,
    limit: Float64Array.from({ length: nodes.copies * width }, (_, at) => {
      const k = at % width;
      return limit[nodes.classOf[(at - k) / width]! * width + k]!;
    }),
    classOf: nodes.classOf,
    grain: grainOf(cost),
  };
}

/** The coarsest grain that all costs are multiples of but for rounding in the last digits, or 0. */
function grainOf(cost: Float64Array): number {
  const whole = (grain: number) =>
    cost.every((value) => {
      const multiple = value / grain;
      return Math.abs(multiple - Math.round(multiple)) <= GRAIN_ERROR * Math.max(1, multiple);
    });
  return GRAINS.find(whole) ?? 0;
}
