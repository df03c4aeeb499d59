import { z } from 'zod';
import { given, readyOuter } from './outer-body.ts';
import type { Parsed } from './parse.ts';
import { planOrAnswer, planSchema } from './plan-lines.ts';
import type { PlanLine } from './verifier.ts';
import { type Window, windowSchema } from './window.ts';

/** The body of POST /v1/verifications. */
export const verificationBodySchema = z.strictObject({
  window: windowSchema,
  plan: planSchema.meta({ description: "The plan: lines as in an answer's `assignments`." }),
});

/** A whole answer may stand for its `assignments`. */
const outerSchema = z.strictObject({ window: given('a window'), plan: planOrAnswer });

/** A window and a plan for it. */
export interface VerificationRequest {
  readonly window: Window;
  readonly plan: readonly PlanLine[];
}

/** A plan that can be judged, or every fault that keeps it from being one. */
export function readyVerification(body: unknown): Parsed<VerificationRequest> {
  const ready = readyOuter(outerSchema, body);
  return ready.ok ? { ok: true, value: { window: ready.value.window, plan: ready.value.outer.plan } } : ready;
}
