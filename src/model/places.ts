import type { NodeClasses } from './node-classes.ts';
import { namesOf, overrideBy, resourceWeights } from './rules.ts';
import { doubled, sharedNumbers } from './shared-arrays.ts';
import type { Task, Window } from './window.ts';

/** Marks a place that the task at hand was not asked about. */
export const NOT_YET = -1;

/** What `on` makes of the task at hand at each place, found once for all classes that it can not tell apart. */
export class Places {
  readonly placeOf: Int32Array; // classes → places
  readonly row: Int32Array; // places → row of demand in `rows`, or NOT_YET
  readonly demand: Float64Array; // places × resources: that row
  readonly weighed: Float64Array; // places → what it weighs in "resource-time"
  readonly duration: Float64Array; // places → exact seconds, NaN where `on` sets none
  readonly rows: GrowingRows;
  readonly #names: readonly (readonly string[])[]; // places → the names by which some `on` speaks of it
  readonly #resources: readonly string[];
  readonly #weights: readonly number[];
  readonly #own: Float64Array; // demand of the task at hand where `on` sets none
  #base = 0; // its row
  #weight = 0; // what it weighs

  constructor(window: Window, resources: readonly string[], nodes: NodeClasses) {
    const { placeOf, names } = overridePlaces(window, nodes);
    this.placeOf = placeOf;
    this.#names = names;
    const places = names.length;
    this.row = new Int32Array(places);
    this.demand = new Float64Array(places * resources.length);
    this.weighed = new Float64Array(places);
    this.duration = new Float64Array(places);
    this.rows = new GrowingRows(resources.length);
    this.#resources = resources;
    this.#own = new Float64Array(resources.length);
    const weightOf = resourceWeights(window, resources);
    this.#weights = resources.map((k) => weightOf[k] ?? 0);
  }

  /** Turns to the next task: without `on` all places are the same to it. */
  begin({ demand, on }: Task): void {
    this.#resources.forEach((k, at) => {
      this.#own[at] = demand[k] ?? 0;
    });
    this.#base = this.rows.add(this.#own);
    this.#weight = this.#weigh(this.#own);
    this.duration.fill(Number.NaN);
    if (on) this.row.fill(NOT_YET);
    else for (let place = 0; place < this.row.length; place++) this.#set(place, this.#base, this.#own, this.#weight);
  }

  /** Finds what the task's `on` says of a place. */
  look({ on }: Task, place: number): void {
    const override = overrideBy(on!, this.#names[place]!);
    this.duration[place] = override?.duration ?? Number.NaN;
    if (!override?.demand) {
      this.#set(place, this.#base, this.#own, this.#weight);
      return;
    }
    const demand = Float64Array.from(this.#resources, (k, at) => override.demand![k] ?? this.#own[at]!);
    this.#set(place, this.rows.add(demand), demand, this.#weigh(demand));
  }

  #set(place: number, row: number, demand: Float64Array, weighed: number): void {
    this.row[place] = row;
    for (let k = 0; k < demand.length; k++) this.demand[place * demand.length + k] = demand[k]!;
    this.weighed[place] = weighed;
  }

  #weigh(demand: Float64Array): number {
    let weighed = 0;
    for (let k = 0; k < demand.length; k++) weighed += this.#weights[k]! * demand[k]!;
    return weighed;
  }
}

/** Classes → places, the same for classes that no task's `on` tells apart: those of one kind, unless named by entry or copy. */
function overridePlaces(window: Window, nodes: NodeClasses): { placeOf: Int32Array; names: string[][] } {
  const named = new Set<string>();
  for (const task of window.tasks) for (const place in task.on) named.add(place);
  const places = new Map<string, number>();
  const names: string[][] = [];
  const placeOf = Int32Array.from(nodes.representative, (node) => {
    const spoken = namesOf(node).filter((name) => named.has(name));
    const key = JSON.stringify(spoken);
    const place = places.get(key) ?? names.push(spoken) - 1;
    places.set(key, place);
    return place;
  });
  return { placeOf, names };
}

/** Rows of demand, doubled when full. */
class GrowingRows {
  rows = 0;
  values = sharedNumbers(1024);
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  add(demand: Float64Array): number {
    while ((this.rows + 1) * this.#width > this.values.length) this.values = doubled(this.values, sharedNumbers);
    this.values.set(demand, this.rows * this.#width);
    return this.rows++;
  }

  trimmed(): Float64Array {
    return this.values.subarray(0, this.rows * this.#width);
  }
}
