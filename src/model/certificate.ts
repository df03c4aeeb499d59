import { costDual, type DualValue, dualValue } from './dual.ts';
import type { Instance } from './instance.ts';
import { copyName, nodeCopies } from './rules.ts';

/** Prices from which anyone recomputes a lower limit of the cost, among all assignments with the same unplaced copies. */
export interface Certificate {
  readonly bound: number;
  /** What one unit of a resource is worth on a node (entry or copy); prices of 0 are left out. */
  readonly nodePrices: { node: string; prices: Record<string, number> }[];
  /** What one more unplaced copy would save, for tiers that have unplaced copies. */
  readonly unplacedPrices: { tier: string; price: number }[];
}

/** The certificate at capacity prices (node classes × resources, ≥ 0) for the copies per task that an assignment leaves unplaced. */
export function certificateAt(instance: Instance, unplaced: Float64Array, prices: Float64Array): Certificate {
  return certificateOf(instance, prices, dualValue(instance, costDual(instance, unplaced), prices));
}

/** The certificate at capacity prices for which the dual function of the cost is known. */
export function certificateOf(instance: Instance, prices: Float64Array, { value, tierPrices }: DualValue): Certificate {
  return {
    bound: value,
    nodePrices: namedPrices(instance, prices),
    unplacedPrices: instance.tiers.flatMap((tier, t) =>
      Number.isFinite(tierPrices[t]) ? [{ tier, price: tierPrices[t]! }] : [],
    ),
  };
}

/** Prices by the name of the entry where all its copies share them, else by copy. */
function namedPrices({ window, nodes, resources, width }: Instance, prices: Float64Array): Certificate['nodePrices'] {
  const byClass = Array.from({ length: nodes.classes }, (_, q) => {
    const priced = resources.flatMap((k, at) =>
      prices[q * width + at]! > 0 ? [[k, prices[q * width + at]!] as const] : [],
    );
    return priced.length > 0 ? Object.fromEntries(priced) : null;
  });
  return window.nodes.flatMap((entry, e) => {
    const classes = nodes.classOf.subarray(nodes.entryStart[e]!, nodes.entryStart[e]! + entry.count);
    const shared = classes.every((q) => q === classes[0]);
    return (shared ? [entry.id] : Array.from(classes, (_, k) => copyName(entry, k))).flatMap((node, k) => {
      const prices = byClass[classes[k]!];
      return prices ? [{ node, prices }] : [];
    });
  });
}

/** The capacity prices (node classes × resources) that a certificate names; nodes and resources not known here are passed over. */
export function pricesIn(instance: Instance, { nodePrices }: Pick<Certificate, 'nodePrices'>): Float64Array {
  const { window, nodes, resources, width } = instance;
  const firstCopy = new Map(window.nodes.map(({ id }, e) => [id, nodes.entryStart[e]!]));
  const copies = nodeCopies(window);
  const result = new Float64Array(nodes.classes * width);
  for (const { node, prices } of nodePrices) {
    const copy = copies.get(node)?.index ?? firstCopy.get(node);
    if (copy === undefined) continue;
    resources.forEach((k, at) => {
      result[nodes.classOf[copy]! * width + at] = Math.max(0, prices[k] ?? 0);
    });
  }
  return result;
}
