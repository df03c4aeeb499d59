import type { Answer } from '../../model/answer.ts';
import { certificateAt } from '../../model/certificate.ts';
import type { Instance } from '../../model/instance.ts';
import { copyName, freeOf } from '../../model/rules.ts';
import type { ClassRelaxation, NodeRelaxation, Relaxed } from './class-relaxation.ts';

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
    const q = classOf.get(node)!;
    const k = resources.indexOf(resource);
    const at = q * width + k;
    if (!ranges.has(at))
      ranges.set(
        at,
        ranges.size < MOST_RANGED && !relaxation.spent
          ? await rangeOf(relaxation.alone(q), k, relaxed.value, relaxed.prices[at]!)
          : null,
      );
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

const NOTHING: Range = { perUnit: 0, upTo: 0 };

/**
 * What a unit of resource k on a node saves, and up to how many units; null where that is not known, or there is no such rate. The
 * relaxation's value v(n) with n units more never lies below v(0) − price · n, by weak duality, at any optimal price. Let w(n)
 * be the value with the node open, which is convex and never below v(n). Where it meets that line at n it does so all the way
 * to n, and so does v: Newton's method from the right finds the last such n, each step where the tangent at the one before
 * crosses the line. A price may be above what the first unit saves, since prices at a kink are not unique: then a tangent
 * through v(0) turns up, and its slope is the rate, if its prices pay for opening the node and so are optimal for v, too.
 * A node that is best open in part has no such rate: w begins above v.
 */
async function rangeOf(node: NodeRelaxation, k: number, value: number, price: number): Promise<Range | null> {
  const exact = ERROR * Math.abs(value);
  const pays = ({ prices }: Relaxed) => node.net(prices) >= -RANGE_ERROR * node.opening;
  if (node.opening > 0) {
    const open = await node.solve(k, 0);
    if (!open || open.value > value + exact) return null;
  }
  const most = node.enough(k);
  if (most === 0) return node.opening > 0 ? null : NOTHING;
  const first = await node.solve(k, most);
  let rate = price;
  let more = most;
  let there = first;
  for (let solves = 1; solves < MOST_SOLVES && there; solves++) {
    const slack = exact + RANGE_ERROR * rate * more;
    const saved = value - there.value;
    if (saved <= exact) return pays(there) ? NOTHING : null;
    if (saved >= rate * more - slack) return { perUnit: rate, upTo: more };
    const slope = there.prices[k]!;
    const short = saved - slope * more; // how far below v(0) the tangent begins
    if (short <= slack) {
      if (!pays(there)) return null;
      rate = saved / more;
      if (more === most) return { perUnit: rate, upTo: most };
      more = most;
      there = first;
      continue;
    }
    more = Math.min(more, short / (rate - slope));
    there = await node.solve(k, more);
  }
  return null;
}
