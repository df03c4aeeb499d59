import { z } from 'zod';
import type { Fault } from '../model/faults.ts';
import { parseJson, readyWindow, refusalOf } from '../model/parse.ts';
import { schemaFaults } from '../model/validate.ts';
import { windowSchema } from '../model/window.ts';
import { assess } from '../solver/assess.ts';
import { compare } from '../solver/comparison.ts';
import type { SolveOptions } from '../solver/solve.ts';
import { solve } from '../solver/solve.ts';
import { type Problem, problemOf } from './problem.ts';

/** What the service does with a body, by the last step of its address under /v1. */
export type Operation = 'placements' | 'comparisons' | 'verifications';

/** A status and the document that goes with it. */
export interface Reply {
  readonly status: number;
  readonly document: object;
}

/** A plan to verify: lines as in an answer's `assignments`; further fields are passed over. */
export const planSchema = z.array(z.object({ task: z.string(), node: z.string(), copies: z.number() })).max(10_000_000);

/** The body of POST /v1/verifications. */
export const verificationSchema = z.strictObject({
  window: windowSchema,
  plan: planSchema.meta({ description: "The plan: lines as in an answer's `assignments`." }),
});

/** The same with the window left to its own validation; a whole answer may stand for its `assignments`. */
const planOnly = z.strictObject({
  window: z.custom((window) => window !== undefined, { error: 'a window', params: { fault: 'missing_field' } }),
  plan: z.preprocess((plan) => (isAnswer(plan) ? plan.assignments : plan), planSchema),
});

const isAnswer = (plan: unknown): plan is { assignments: unknown } =>
  plan !== null && typeof plan === 'object' && 'assignments' in plan;

/** Runs an operation on the text of a body. Faults of the body are replies; only bugs reject. */
export async function operate(operation: Operation, text: string, options: SolveOptions): Promise<Reply> {
  const parsed = parseJson(text);
  if (!parsed.ok) return refused(problemOf(parsed.refusal));
  if (operation === 'verifications') return verifyPlan(parsed.value, options);
  const window = readyWindow(parsed.value);
  if (!window.ok) return refused(problemOf(window.refusal));
  const document =
    operation === 'placements' ? await solve(window.value, options) : await compare(window.value, options);
  return { status: 200, document };
}

async function verifyPlan(body: unknown, options: SolveOptions): Promise<Reply> {
  const outer = planOnly.safeParse(body);
  const faults: Fault[] = outer.success ? [] : schemaFaults(outer.error.issues, body);
  const window = body !== null && typeof body === 'object' && 'window' in body ? readyWindow(body.window) : null;
  if (window && !window.ok)
    faults.push(...window.refusal.faults.map((fault) => ({ ...fault, pointer: `/window${fault.pointer}` })));
  if (!outer.success || !window?.ok) return refused(problemOf(refusalOf(faults)));
  return { status: 200, document: await assess(window.value, outer.data.plan, options) };
}

const refused = (problem: Problem): Reply => ({ status: problem.status, document: problem });
