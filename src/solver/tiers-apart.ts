import { type Assignment, assignmentOf, sameCopies } from '../model/assignment.ts';
import { type Components, componentParts } from '../model/components.ts';
import { namedPart, type Part } from '../model/part.ts';
import { pricesIn, restricted, unfolded } from '../model/unfold.ts';
import { shareOf } from './budget.ts';
import { SolveState } from './state.ts';
import { proveTiers } from './tiers-stage.ts';

/** Share of the time that the tiers of all components may take. */
const APART_SHARE = 0.4;
/** Most components that leave copies unplaced: each takes engines a few milliseconds at least. */
const MOST_OPEN = 40;

/**
 * Finds and proves the least unplaced copies component by component, in those that leave some out; they add up tier by tier.
 * Where such components are many the tiers are those of the whole. `share` of the time, default by tier.
 */
export async function proveTiersApart(state: SolveState, components: Components, share?: number): Promise<void> {
  const { instance, incumbents, homeless, provenTiers, budget } = state;
  const { method, assignment } = incumbents.best;
  const short = new Set(components.ofTask.filter((component, i) => component >= 0 && assignment.unplaced[i]! > 0));
  if (short.size > MOST_OPEN) return proveTiers(state, share);
  const some = [...short];
  const parts = componentParts(instance, components, some);
  const starts = restricted(instance, parts, assignment);
  const open = parts
    .map((part, at) => ({ part, component: some[at]!, start: starts[at]!, weight: part.numbers.pairs.node.length }))
    .sort((a, b) => a.weight - b.weight || a.component - b.component);

  const { prices } = state.bestPrices();
  const time = shareOf(budget, share ?? APART_SHARE);
  let left = open.reduce((sum, { weight }) => sum + weight, 0);
  const least: number[][] = [];
  for (const { part, component, start, weight } of open) {
    const own = new SolveState(namedPart(instance, part), shareOf(time, weight / left), state.engines, state.signal);
    left -= weight;
    own.incumbents.offer(start, method);
    own.prices.push(pricesIn(part, prices));
    await proveTiers(own, share);
    const { best } = own.incumbents;
    incumbents.offer(replaced(state, part, components, component, best.assignment), best.method);
    least.push(own.provenTiers);
    state.someUnplaced ||= own.someUnplaced;
    state.engine = own.engine ?? state.engine;
    for (const [engine, message] of own.failures) state.failures.set(engine, message);
    state.report('tiers');
  }

  const { unplaced } = incumbents.best.score;
  for (let t = provenTiers.length; t < unplaced.length && least.every((tiers) => tiers.length > t); t++) {
    const copies = least.reduce((sum, tiers) => sum + tiers[t]!, homeless[t]!);
    if (!sameCopies(copies, unplaced[t]!)) return;
    provenTiers.push(unplaced[t]!);
  }
}

/** The best assignment with that of one component in its place. */
function replaced(
  { instance, incumbents }: SolveState,
  part: Part,
  { ofTask }: Components,
  component: number,
  assignment: Assignment,
): Assignment {
  const others = incumbents.best.assignment.placements.filter(({ task }) => ofTask[task] !== component);
  return assignmentOf(instance, [...others, ...unfolded(instance, part, assignment)]);
}
