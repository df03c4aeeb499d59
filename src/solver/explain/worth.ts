import type { Answer } from '../../model/answer.ts';
import { certificateAt } from '../../model/certificate.ts';
import type { Instance } from '../../model/instance.ts';
import { copyName, freeOf } from '../../model/rules.ts';
import type { ClassRelaxation, Relaxed } from './class-relaxation.ts';

/** What a capacity is worth: a line of the answer's `worth`. */
type Worth = Answer['worth'][number];

/** Capacities whose range is looked for, those of the highest price. */
const MOST_RANGED = 20;
/** Solves that one range may take. */
const MOST_SOLVES = 16;
/** Relative error of the relaxation's value, and of what a range saves. */
const ERROR = 1e-9;
const RANGE_ERROR = 1e-6;

/** Prices named by node, as in a certificate. */
type NodePrices = NonNullable<Answer['certificate']>['nodePrices'];

/** What is known where there is no program to solve: a unit saves its price at most, nothing where opening costs more than the prices pay. */
export function worthAtMost({ window }: Instance, nodePrices: NodePrices): Worth[] {
  const entryOf = new Map(window.nodes.map((entry) => [entry.id, entry]));
  for (const entry of window.nodes)
    if (entry.count > 1) for (let k = 0; k < entry.count; k++) entryOf.set(copyName(entry, k), entry);
  const lines = nodePrices.flatMap(({ node, prices }) => {
    const entry = entryOf.get(node)!;
    const paid = Object.entries(prices).reduce((sum, [k, price]) => sum + price * freeOf(entry, k), 0);
    if (!entry.open && paid < entry.openCost * (1 - ERROR)) return [];
    return Object.entries(prices).map(([resource, perUnit]) => ({ node, resource, perUnit, upTo: null }));
  });
  return ranked(lines);
}

/**
 * What capacity is worth in the relaxation, by its program: every capacity with a price, and of the dearest exactly what a unit
 * saves and for how many units.
 */
export async function worthIn(
  instance: Instance,
  unplaced: Float64Array,
  relaxation: ClassRelaxation,
  relaxed: Relaxed,
): Promise<Worth[]> {
  const { width, resources, nodes, window } = instance;
  const classOf = new Map<string, number>();
  window.nodes.forEach((entry, e) => {
    const first = nodes.entryStart[e]!;
    classOf.set(entry.id, nodes.classOf[first]!);
    for (let k = 0; k < entry.count; k++) classOf.set(copyName(entry, k), nodes.classOf[first + k]!);
  });
  const lines = worthAtMost(instance, certificateAt(instance, unplaced, relaxed.prices).nodePrices);
  const ranges = new Map<number, Range | null>();
  const exact: Worth[] = [];
  for (const { node, resource, perUnit } of lines) {
    const at = classOf.get(node)! * width + resources.indexOf(resource);
    if (!ranges.has(at)) ranges.set(at, ranges.size < MOST_RANGED ? await rangeOf(relaxation, relaxed, at) : null);
    exact.push({ node, resource, ...(ranges.get(at) ?? { perUnit, upTo: null }) });
  }
  return ranked(exact.filter(({ perUnit }) => perUnit > 0));
}

/** Highest price first, those of equal price in the order of the window. */
const ranked = (lines: Worth[]): Worth[] => lines.sort((a, b) => b.perUnit - a.perUnit);

interface Range {
  readonly perUnit: number;
  readonly upTo: number;
}

/**
 * What a unit of a capacity saves, and up to how many units. The relaxation's value v(n) with n units more is convex, falls, and
 * by weak duality never lies below v(0) − price · n, at any optimal price. Where it meets that line at n it does so all the way
 * to n: Newton's method from the right finds the last such n, each step where the tangent at the one before crosses the
 * line. A price may be above what the first unit saves, since prices at a kink are not unique: then a tangent through v(0)
 * turns up, and its slope is the rate.
 */
async function rangeOf(relaxation: ClassRelaxation, { value, prices }: Relaxed, at: number): Promise<Range | null> {
  const most = relaxation.enough(at);
  if (most === 0) return { perUnit: 0, upTo: 0 };
  const first = await relaxation.solve(at, most);
  let rate = prices[at]!;
  let more = most;
  let there = first;
  for (let solves = 1; solves < MOST_SOLVES && there; solves++) {
    const slack = ERROR * Math.abs(value) + RANGE_ERROR * rate * more;
    const saved = value - there.value;
    if (saved <= ERROR * Math.abs(value)) return { perUnit: 0, upTo: 0 };
    if (saved >= rate * more - slack) return { perUnit: rate, upTo: more };
    const slope = there.prices[at]!;
    const short = saved - slope * more; // how far below v(0) the tangent begins
    if (short <= slack) {
      rate = saved / more;
      if (more === most) return { perUnit: rate, upTo: most };
      more = most;
      there = first;
      continue;
    }
    more = Math.min(more, short / (rate - slope));
    there = await relaxation.solve(at, more);
  }
  return null;
}
