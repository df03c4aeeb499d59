import { expect } from 'vitest';
import type { Operation } from '../../dist/api/operation.js';
import { PROBLEMS, type Problem } from '../../dist/api/problem.js';
import { type Answer, answerSchema } from '../../dist/model/answer.js';
import { FAULT_CODES } from '../../dist/model/faults.js';
import { readyFrontier } from '../../dist/model/frontier-body.js';
import { type Parsed, parseJson, readyWindow } from '../../dist/model/parse.js';
import { type QuoteRequest, readyQuote } from '../../dist/model/quote-body.js';
import { assessmentSchema, comparisonSchema, frontierSchema, quoteSchema } from '../../dist/model/replies.js';
import { verify } from '../../dist/model/verifier.js';
import type { Window, WindowInput } from '../../dist/model/window.js';
import type { Judge } from './judge.ts';

/** A problem document as docs/api.md has them, with a status that is the caller's to mend. */
export function judgeProblem(status: number, type: string | null, document: unknown): Problem {
  const problem = document as Problem;
  expect(type).toBe('application/problem+json');
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(PROBLEMS[problem.code]).toEqual({ status, title: problem.title });
  expect(problem).toMatchObject({ type: `/docs#${problem.code}`, status, faultsLeftOut: expect.any(Number) });
  expect(problem.detail).toMatch(/Maybe/);
  for (const { code, pointer, expected, found, hint } of problem.faults) {
    expect(Object.keys(FAULT_CODES)).toContain(code);
    expect([pointer, expected, found, hint].every((text) => typeof text === 'string')).toBe(true);
    expect(hint).toMatch(/^Maybe/);
  }
  return problem;
}

/** What the body of an operation says, by our own reading; null where it can not be read. */
export function windowOf(operation: Operation, text: string): Window | null {
  const parsed = parseJson(text);
  if (!parsed.ok) return null;
  const body = parsed.value as { window?: unknown };
  const ready: Parsed<Window | { readonly window: Window } | QuoteRequest> =
    operation === 'quotes'
      ? readyQuote(body)
      : operation === 'frontiers'
        ? readyFrontier(body)
        : readyWindow(operation === 'verifications' ? body?.window : body);
  if (!ready.ok) return null;
  return 'window' in ready.value ? ready.value.window : ready.value;
}

/** That an answer holds for its window. The window goes to the judge as it was sent. */
export function judgeAnswer(window: Window, sent: WindowInput | null, document: unknown, judge: Judge | null): void {
  const answer = answerSchema.parse(document);
  const placed: Answer = answer.partial ? { ...answer, ...answer.partial } : answer;
  const allowed = { ...window, unplaced: 'allow' as const };
  const { breaches, objective, unplaced } = verify(answer.objective === null ? allowed : window, placed.assignments);
  expect(breaches).toEqual([]);
  if (answer.objective !== null || answer.partial) {
    expect(Math.abs(placed.objective! - objective)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(objective)));
    const copies = unplaced.reduce((sum, tier) => sum + tier.copies, 0);
    expect(Math.abs(copies - placed.summary.unplaced)).toBeLessThanOrEqual(1e-6 * (1 + placed.summary.copies));
  }
  if (sent && judge) expect(judge(sent, document as Answer).faults).toEqual([]);
}

/** That what an operation replied with 200 holds for the window of the body. */
export function judgeReply(operation: Operation, text: string, document: unknown, judge: Judge | null): void {
  const window = windowOf(operation, text);
  if (!window) throw new Error('a body was taken that can not be read');
  const body = JSON.parse(text) as Record<string, unknown>;
  if (operation === 'placements') judgeAnswer(window, body as never, document, judge);
  else if (operation === 'comparisons') comparisonSchema.parse(document);
  else if (operation === 'quotes') quoteSchema.parse(document);
  else if (operation === 'frontiers') {
    const { points } = frontierSchema.parse(document);
    for (const { bound, objective } of points)
      if (bound !== null && objective !== null) expect(bound).toBeLessThanOrEqual(objective);
  } else {
    const { feasible, objective, breaches } = assessmentSchema.parse(document);
    const plan = (Array.isArray(body.plan) ? body.plan : (body.plan as { assignments: unknown }).assignments) as never;
    const verdict = verify(window, plan);
    expect([feasible, breaches.length]).toEqual([verdict.breaches.length === 0, verdict.breaches.length]);
    expect(objective).toBe(verdict.objective);
  }
}
