import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEURISTICS } from '../heuristics/heuristics.ts';
import { scoreOf, unplacedCopies } from '../model/assignment.ts';
import { buildInstance } from '../model/instance.ts';
import { parseJson, type Refusal, readyWindow } from '../model/parse.ts';
import type { Window, WindowInput } from '../model/window.ts';
import { type Case, everyone, ILP } from './case.ts';

/** A file that holds no window, and why. */
export interface Refused {
  readonly file: string;
  readonly refusal: Refusal;
}

/** A user's own windows: every `.json` of the folder, in the order of their numbers. */
export function folderCases(folder: string): { readonly cases: Case[]; readonly refused: Refused[] } {
  const cases: Case[] = [];
  const refused: Refused[] = [];
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  for (const file of files) {
    const path = join(folder, file);
    const parsed = parseJson(readFileSync(path, 'utf8'));
    const ready = parsed.ok ? readyWindow(parsed.value) : parsed;
    if (!ready.ok) {
      refused.push({ file, refusal: ready.refusal });
      continue;
    }
    const measure = everyone([0.1, 1, 5], ILP.slice(0, 2));
    const name = file.replace(/\.json$/, '');
    cases.push({
      ...measure,
      everything: ready.value.unplaced === 'forbid' || someRulePlacesAll(ready.value),
      name,
      group: name,
      file: path,
      window: () => windowIn(path),
      known: null,
    });
  }
  return { cases, refused };
}

/** The window in a file, as it stands there. */
export const windowIn = (path: string): WindowInput => JSON.parse(readFileSync(path, 'utf8'));

/** Whether a rule of thumb places everything: peers are then asked for no less. */
function someRulePlacesAll(window: Window): boolean {
  const instance = buildInstance(window);
  for (const rule of HEURISTICS.values())
    if (unplacedCopies(scoreOf(instance, rule.place(instance)!.assignment)) === 0) return true;
  return false;
}
