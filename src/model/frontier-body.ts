import { z } from 'zod';
import { type Parsed, readyWindow, refusalOf } from './parse.ts';
import { schemaFaults } from './validate.ts';
import { type Window, windowSchema } from './window.ts';

/** Most points of a frontier: each may be a solve of its own. */
const MOST_POINTS = 64;

const limitsSchema = z.array(z.number().int().min(0).nullable()).min(1).max(MOST_POINTS).optional();

/** The body of POST /v1/frontiers. */
export const frontierBodySchema = z.strictObject({
  window: windowSchema,
  moves: limitsSchema.meta({
    description:
      'Numbers of moves to allow, null: as many as the window allows. Default: 0, 1, 2, 4, … as long as more copies are running, then null.',
  }),
});

const outerSchema = z.strictObject({
  window: z.custom((window) => window !== undefined, { error: 'a window', params: { fault: 'missing_field' } }),
  moves: limitsSchema,
});

export interface FrontierRequest {
  readonly window: Window;
  readonly moves?: readonly (number | null)[] | undefined;
}

/** A frontier that can be drawn, or every fault that keeps it from being one. */
export function readyFrontier(body: unknown): Parsed<FrontierRequest> {
  const outer = outerSchema.safeParse(body);
  const faults = outer.success ? [] : schemaFaults(outer.error.issues, body);
  const window =
    body !== null && typeof body === 'object' && 'window' in body && body.window !== undefined
      ? readyWindow(body.window)
      : null;
  if (window && !window.ok)
    faults.push(...window.refusal.faults.map((fault) => ({ ...fault, pointer: `/window${fault.pointer}` })));
  if (!outer.success || !window?.ok) return { ok: false, refusal: refusalOf(faults) };
  return { ok: true, value: { window: window.value, moves: outer.data.moves } };
}
