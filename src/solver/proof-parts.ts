import { scoreOf } from '../model/assignment.ts';
import { type Components, componentParts } from '../model/components.ts';
import { costDual, dualValue } from '../model/dual.ts';
import type { Instance } from '../model/instance.ts';
import { pricesIn, restricted } from '../model/unfold.ts';
import { now } from './budget.ts';
import { type Proof, type ProofOptions, prove } from './proof/prove.ts';
import { assignmentAt, placesOf } from './search/units.ts';

export interface ProofPartsOptions extends Omit<ProofOptions, 'expired' | 'upper' | 'late' | 'handover'> {
  readonly components: Components;
  /** Time of `now()` at which to be done; Infinity when steps are counted. */
  readonly deadline: number;
  /** Steps of the bound for each component. */
  readonly steps: number;
  /** Whether to end at once. */
  stopped(): boolean;
  /** The least cost of a component that anyone else knows of. */
  upperOf(component: number): number;
}

/** Times that what others left of theirs is shared out among the components that are open. */
const PASSES = 3;

/**
 * Proves the least cost of each component by itself, at the unplaced copies per tier that the start leaves in it: small ones
 * first, each in its share of the time. Costs and bounds of the whole are the sums.
 */
export async function proveParts(whole: Instance, options: ProofPartsOptions): Promise<Pick<Proof, 'bound'>> {
  const { components, deadline, steps, prices, onBound, stopped } = options;
  const parts = componentParts(whole, components);
  const best = restricted(whole, parts, options.start);
  const places = placesOf(whole, options.start);
  const unitsOf = unitsByComponent(whole, components);
  const solves = parts.map((part, at) => {
    const instance = part.numbers as Instance; // the proof looks at numbers only, never at the window
    const own = pricesIn(part, prices);
    const bound = Math.max(0, dualValue(instance, costDual(instance, best[at]!.unplaced), own).value);
    const { cost } = scoreOf(instance, best[at]!);
    return {
      at,
      part,
      instance,
      prices: own,
      bound,
      cost,
      proven: false,
      stalled: false,
      weight: instance.pairs.node.length,
    };
  });
  const bound = () => solves.reduce((sum, solve) => sum + solve.bound, 0);
  const cost = () => solves.reduce((sum, solve) => sum + solve.cost, 0);
  const timed = Number.isFinite(deadline);

  for (let pass = 0; pass < (timed ? PASSES : 1); pass++) {
    const open = solves.filter(({ proven }) => !proven).sort((a, b) => a.weight - b.weight || a.at - b.at);
    let left = open.reduce((sum, { weight }) => sum + weight, 0);
    for (const solve of open) {
      if (stopped() || now() >= deadline) break;
      const { at, part, instance, weight } = solve;
      const end = timed ? now() + ((deadline - now()) * weight) / left : deadline;
      const late = () => stopped() || now() >= end;
      left -= weight;
      let step = 0;
      const proof = await prove(instance, {
        start: best[at]!,
        prices: solve.prices,
        ...(options.highs && { highs: options.highs, ...(solve.stalled && { patience: 0 }) }),
        expired: () => step++ >= steps || late(),
        late,
        upper: () => options.upperOf(at),
        onImproved: (found, least) => {
          best[at] = assignmentAt(instance, found);
          solve.cost = least;
          const units = unitsOf[at]!;
          for (let unit = 0; unit < units.length; unit++)
            places[units[unit]!] = found[unit]! < 0 ? -1 : part.copies[found[unit]!]!;
          options.onImproved(places, cost());
        },
        onBound: (news) => {
          solve.bound = Math.max(solve.bound, news);
          onBound(bound());
        },
      });
      solve.proven = proof.proven;
      solve.stalled ||= proof.stalled;
      solve.bound = Math.max(solve.bound, proof.bound);
      onBound(bound());
    }
  }
  return { bound: bound() };
}

/** Components → units of the whole, in the order of the component's own units. */
function unitsByComponent({ count }: Instance, { count: many, ofTask }: Components): number[][] {
  const units: number[][] = Array.from({ length: many }, () => []);
  let unit = 0;
  count.forEach((copies, i) => {
    for (let k = 0; k < copies; k++, unit++) units[ofTask[i]!]?.push(unit);
  });
  return units;
}
