import type { Engines } from '../solver/engine-pool.ts';
import { Audit } from './audit.ts';
import type { Conditions } from './happening.ts';
import type { SolverLimits } from './optimal-policy.ts';
import { type PolicyChoice, policyOf } from './policies.ts';
import { type Report, reportOf } from './report.ts';
import { simulate } from './simulate.ts';
import type { Trace } from './trace.ts';

/** What every policy made of the same trace under the same conditions. */
export interface SideBySide {
  /** Equal to the digit in every run with `work`. */
  readonly policies: readonly ({ readonly policy: string; readonly windows: number } & Report)[];
  /** Of the real clock: what of the result differs from run to run. */
  readonly timing: readonly {
    readonly policy: string;
    readonly decidingMs: number;
    readonly decisionsPerSecond: number;
  }[];
}

export interface SideBySideOptions {
  readonly conditions: Conditions;
  readonly limits: SolverLimits;
  readonly engines: Engines;
  /** Whether every log is audited line by line; a breach is thrown. */
  readonly check: boolean;
  readonly onWindow?: ((policy: string, finished: number) => void) | undefined;
}

/** Runs a trace under one policy after the other. */
export async function sideBySide(
  trace: Trace,
  choices: readonly PolicyChoice[],
  { conditions, limits, engines, check, onWindow }: SideBySideOptions,
): Promise<SideBySide> {
  const policies: SideBySide['policies'][number][] = [];
  const timing: SideBySide['timing'][number][] = [];
  for (const choice of choices) {
    const policy = policyOf(choice, trace.window, limits, engines);
    const audit = check ? new Audit(trace, conditions) : null;
    const { log, windows, decidingMs } = await simulate(trace, policy, conditions, {
      onHappening: audit?.follow,
      onWindow: (finished) => onWindow?.(policy.name, finished),
      clock: () => performance.now(),
    });
    audit?.end();
    policies.push({ policy: policy.name, windows, ...reportOf(trace, log) });
    timing.push({
      policy: policy.name,
      decidingMs,
      decisionsPerSecond: decidingMs > 0 ? (1000 * windows) / decidingMs : 0,
    });
  }
  return { policies, timing };
}
