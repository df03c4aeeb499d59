import type { Fault } from './faults.ts';
import { validateWindow } from './validate.ts';
import type { Window } from './window.ts';

/** What is wrong with a request: text that is not JSON, or faults in what it says. */
export type Refusal =
  | { readonly code: 'malformed_json'; readonly detail: string; readonly faults: readonly [] }
  | { readonly code: 'invalid_window'; readonly detail: string; readonly faults: readonly Fault[] };

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/** Reads JSON; a fault names the place, never quotes more than a few characters of the text. */
export function parseJson(text: string): Parsed<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const detail =
      text.trim() === ''
        ? 'Expected a JSON document, found nothing. Maybe the body was not sent.'
        : `Expected a JSON document, found: ${words.slice(0, 160)}. Maybe a comma, quote or bracket is missing, or the text was cut off.`;
    return { ok: false, refusal: { code: 'malformed_json', detail, faults: [] } };
  }
}

/** A window with every default filled in, or every fault that keeps it from being one. */
export function readyWindow(raw: unknown): Parsed<Window> {
  const validated = validateWindow(raw);
  return validated.ok ? { ok: true, value: validated.window } : { ok: false, refusal: refusalOf(validated.faults) };
}

export function refusalOf(faults: readonly Fault[]): Refusal {
  return {
    code: 'invalid_window',
    detail: `${faults.length === 1 ? 'One fault' : `${faults.length} faults`}; first: at "${faults[0]?.pointer}", expected ${faults[0]?.expected}, found ${faults[0]?.found}. ${faults[0]?.hint}`,
    faults,
  };
}
