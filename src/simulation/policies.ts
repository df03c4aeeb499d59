import { HEURISTICS } from '../heuristics/heuristics.ts';
import { closest } from '../model/faults.ts';
import type { Window } from '../model/window.ts';
import type { Engines } from '../solver/engine-pool.ts';
import { heuristicPolicy, type Liberties } from './heuristic-policy.ts';
import { optimalPolicy, type SolverLimits } from './optimal-policy.ts';
import type { Policy } from './policy.ts';

/** A policy as it is asked for: `NAME`, `NAME+preempt` or `NAME+migrate`. */
export interface PolicyChoice extends Liberties {
  readonly name: string; // of a heuristic, or "optimal"
  readonly label: string;
}

export const OPTIMAL = 'optimal';
export const POLICY_NAMES: readonly string[] = [...HEURISTICS.keys(), OPTIMAL];

/** Reads one choice; what is wrong with it as a sentence. Who may be moved may be stopped, too. */
export function policyChoice(text: string, always: Liberties): PolicyChoice | string {
  const [name = '', ...additions] = text.trim().split('+');
  if (!POLICY_NAMES.includes(name)) {
    const near = closest(name, POLICY_NAMES);
    return `Expected a policy out of ${POLICY_NAMES.join(', ')}, found "${name.slice(0, 40)}". Maybe ${near ?? 'the name is spelled differently'}${near === undefined ? '' : ' is meant'}.`;
  }
  const odd = additions.find((each) => each !== 'preempt' && each !== 'migrate');
  if (odd !== undefined)
    return `Expected +preempt or +migrate after ${name}, found "+${odd.slice(0, 40)}". Maybe it is another policy: a comma parts them.`;
  const migrates = always.migrates || additions.includes('migrate');
  const preempts = migrates || always.preempts || additions.includes('preempt');
  return { name, label: name + (migrates ? '+migrate' : preempts ? '+preempt' : ''), preempts, migrates };
}

/** The policy of a choice, for a trace's window. */
export function policyOf(
  { name, label, preempts, migrates }: PolicyChoice,
  window: Window,
  limits: SolverLimits,
  engines: Engines,
): Policy {
  const liberties = { preempts, migrates };
  const heuristic = HEURISTICS.get(name);
  const policy = heuristic
    ? heuristicPolicy(heuristic, window, liberties, limits.seed)
    : optimalPolicy(window, liberties, limits, engines);
  return { ...policy, name: label };
}
