import { z } from 'zod';
import type { Fault } from '../model/faults.ts';
import { readyFrontier } from '../model/frontier-body.ts';
import { type Parsed, parseJson, readyWindow, refusalOf } from '../model/parse.ts';
import { planOrAnswer, planSchema } from '../model/plan-lines.ts';
import { readyQuote } from '../model/quote-body.ts';
import { schemaFaults } from '../model/validate.ts';
import { windowSchema } from '../model/window.ts';
import { assess } from '../solver/assess.ts';
import { compare } from '../solver/comparison.ts';
import { frontier } from '../solver/frontier.ts';
import { quote } from '../solver/quote.ts';
import type { SolveOptions } from '../solver/solve.ts';
import { solve } from '../solver/solve.ts';
import { type Problem, problemOf } from './problem.ts';

/** What the service does with a body, by the last step of its address under /v1. */
export type Operation = 'placements' | 'comparisons' | 'verifications' | 'quotes' | 'frontiers';

/** A status and the document that goes with it. */
export interface Reply {
  readonly status: number;
  readonly document: object;
}

/** The body of POST /v1/verifications. */
export const verificationSchema = z.strictObject({
  window: windowSchema,
  plan: planSchema.meta({ description: "The plan: lines as in an answer's `assignments`." }),
});

/** The same with the window left to its own validation; a whole answer may stand for its `assignments`. */
const planOnly = z.strictObject({
  window: z.custom((window) => window !== undefined, { error: 'a window', params: { fault: 'missing_field' } }),
  plan: planOrAnswer,
});

/** Runs an operation on the text of a body. Faults of the body are replies; only bugs reject. */
export async function operate(operation: Operation, text: string, options: SolveOptions): Promise<Reply> {
  const parsed = parseJson(text);
  if (!parsed.ok) return refused(problemOf(parsed.refusal));
  switch (operation) {
    case 'placements':
      return replied(readyWindow(parsed.value), (window) => solve(window, options));
    case 'comparisons':
      return replied(readyWindow(parsed.value), (window) => compare(window, options));
    case 'quotes':
      return replied(readyQuote(parsed.value), quote);
    case 'frontiers':
      return replied(readyFrontier(parsed.value), (request) => frontier(request, options));
    case 'verifications':
      return verifyPlan(parsed.value, options);
  }
}

/** What an operation makes of a body that was read, or the refusal. */
async function replied<T>(ready: Parsed<T>, work: (value: T) => object | Promise<object>): Promise<Reply> {
  return ready.ok ? { status: 200, document: await work(ready.value) } : refused(problemOf(ready.refusal));
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
