import { readyWindow } from '../model/parse.ts';
import type { Window } from '../model/window.ts';
import { now } from '../solver/budget.ts';
import { BadInput } from './bad-input.ts';
import { parseDocument } from './document.ts';
import { nameOf, readText } from './files.ts';
import { overridesOf, type WindowFlags } from './window-flags.ts';

/** A window that can be solved, and when its file was read: its deadline runs from then. */
export async function readWindow(file: string, flags: WindowFlags = {}): Promise<{ window: Window; started: number }> {
  const text = await readText(file);
  const started = now();
  const { fields, flagAt } = overridesOf(flags);
  const raw = parseDocument(text, file);
  const isObject = raw !== null && typeof raw === 'object' && !Array.isArray(raw);
  const ready = readyWindow(isObject ? { ...raw, ...fields } : raw);
  if (!ready.ok)
    throw new BadInput(ready.refusal.code, ready.refusal.detail, nameOf(file), ready.refusal.faults, flagAt);
  return { window: ready.value, started };
}
