import { z } from 'zod';
import { type Parsed, readyWindow, refusalOf } from './parse.ts';
import { schemaFaults } from './validate.ts';
import type { Window } from './window.ts';

/** A field that has to be there; what is in it is validated by itself. */
export const given = (what: string) =>
  z.custom((value) => value !== undefined, { error: what, params: { fault: 'missing_field' } });

/** A body with a window and more, as `schema` has it (its `window`: `given`): both parts, or the faults of both. */
export function readyOuter<T>(schema: z.ZodType<T>, body: unknown): Parsed<{ outer: T; window: Window }> {
  const outer = schema.safeParse(body);
  const faults = outer.success ? [] : schemaFaults(outer.error.issues, body);
  const inner = body !== null && typeof body === 'object' && 'window' in body ? body.window : undefined;
  const window = inner === undefined ? null : readyWindow(inner);
  if (window && !window.ok)
    faults.push(...window.refusal.faults.map((fault) => ({ ...fault, pointer: `/window${fault.pointer}` })));
  if (!outer.success || !window?.ok) return { ok: false, refusal: refusalOf(faults) };
  return { ok: true, value: { outer: outer.data, window: window.value } };
}
