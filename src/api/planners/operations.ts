import { z } from 'zod';
import type { Fault } from '../../model/faults.ts';
import { readyFrontier } from '../../model/frontier-body.ts';
import { type Parsed, parseJson, readyWindow, refusalOf } from '../../model/parse.ts';
import { planOrAnswer, planSchema } from '../../model/plan-lines.ts';
import { readyQuote } from '../../model/quote-body.ts';
import { schemaFaults } from '../../model/validate.ts';
import type { PlanLine } from '../../model/verifier.ts';
import { type Window, windowSchema } from '../../model/window.ts';
import { assess } from '../../solver/assess.ts';
import { compare } from '../../solver/comparison.ts';
import { frontier } from '../../solver/frontier.ts';
import { quote } from '../../solver/quote.ts';
import type { SolveOptions } from '../../solver/solve.ts';
import { solve } from '../../solver/solve.ts';
import { beyondLimits, type Limits } from '../guard/limits.ts';
import { problemOf } from '../problem.ts';

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

/** How an operation is run: as its solves are, and who is told of the window that it is about. */
export interface OperateOptions extends SolveOptions {
  /** Called with the window once it was read. */
  readonly onWindow?: (window: Window) => void;
  /** How large its window may be; default: as large as the schema allows. */
  readonly limits?: Limits;
}

/** Runs an operation on the text of a body. Faults of the body are replies; only bugs reject. */
export async function operate(operation: Operation, text: string, options: OperateOptions): Promise<Reply> {
  const parsed = parseJson(text);
  if (!parsed.ok) return replied(parsed, () => ({}));
  const beyond = options.limits && beyondLimits(operation, parsed.value, options.limits);
  if (beyond) return { status: beyond.status, document: beyond };
  const told = <T>(window: Window, value: T): T => {
    options.onWindow?.(window);
    return value;
  };
  switch (operation) {
    case 'placements':
      return replied(readyWindow(parsed.value), (window) => solve(told(window, window), options));
    case 'comparisons':
      return replied(readyWindow(parsed.value), (window) => compare(told(window, window), options));
    case 'quotes':
      return replied(readyQuote(parsed.value), (request) => quote(told(request.window, request)));
    case 'frontiers':
      return replied(readyFrontier(parsed.value), (request) => frontier(told(request.window, request), options));
    case 'verifications':
      return replied(readyVerification(parsed.value), ({ window, plan }) =>
        assess(told(window, window), plan, options),
      );
  }
}

/** What an operation makes of a body that was read, or the refusal. */
async function replied<T>(ready: Parsed<T>, work: (value: T) => object | Promise<object>): Promise<Reply> {
  if (ready.ok) return { status: 200, document: await work(ready.value) };
  const problem = problemOf(ready.refusal);
  return { status: problem.status, document: problem };
}

/** A window and a plan for it. */
interface Verification {
  readonly window: Window;
  readonly plan: readonly PlanLine[];
}

function readyVerification(body: unknown): Parsed<Verification> {
  const outer = planOnly.safeParse(body);
  const faults: Fault[] = outer.success ? [] : schemaFaults(outer.error.issues, body);
  const window = body !== null && typeof body === 'object' && 'window' in body ? readyWindow(body.window) : null;
  if (window && !window.ok)
    faults.push(...window.refusal.faults.map((fault) => ({ ...fault, pointer: `/window${fault.pointer}` })));
  if (!outer.success || !window?.ok) return { ok: false, refusal: refusalOf(faults) };
  return { ok: true, value: { window: window.value, plan: outer.data.plan } };
}
