import { z } from 'zod';
import { given, readyOuter } from './outer-body.ts';
import type { Parsed } from './parse.ts';
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

const outerSchema = z.strictObject({ window: given('a window'), moves: limitsSchema });

export interface FrontierRequest {
  readonly window: Window;
  readonly moves?: readonly (number | null)[] | undefined;
}

/** A frontier that can be drawn, or every fault that keeps it from being one. */
export function readyFrontier(body: unknown): Parsed<FrontierRequest> {
  const ready = readyOuter(outerSchema, body);
  return ready.ok ? { ok: true, value: { window: ready.value.window, moves: ready.value.outer.moves } } : ready;
}
