import type { Command } from 'commander';

/** What may be typed in place of a field of the window, by flag. */
export interface WindowFlags {
  deadline?: string;
  engine?: string;
  objective?: string;
  mode?: string;
  gap?: string;
  seed?: string;
  compare?: boolean;
  work?: string;
}

type Flag = keyof WindowFlags;

const FLAGS: Record<Flag, { readonly field: string; readonly flags: string; readonly text: string }> = {
  deadline: {
    field: 'deadlineMs',
    flags: '--deadline <ms>',
    text: 'milliseconds from the file read to the answer written, 1 to 3600000 (default 1000)',
  },
  engine: {
    field: 'engine',
    flags: '--engine <name>',
    text: 'auto, glpk, highs or jslp; auto chooses by size (default auto)',
  },
  objective: {
    field: 'objective',
    flags: '--objective <name>',
    text: 'resource-time, time (seconds) or price (money) (default resource-time)',
  },
  mode: {
    field: 'mode',
    flags: '--mode <name>',
    text: 'integral: whole copies; divisible: fractions of them (default integral)',
  },
  gap: { field: 'gap', flags: '--gap <share>', text: 'stop early this close to the bound: 0.01 is 1 % (default 0)' },
  seed: { field: 'seed', flags: '--seed <n>', text: 'seed of everything random, 0 to 4294967295 (default 1)' },
  work: {
    field: 'work',
    flags: '--work <n>',
    text: 'deterministic steps instead of the clock: same window, same answer',
  },
  compare: { field: 'compare', flags: '--compare', text: 'list every heuristic beside the optimum (default off)' },
};

/** Adds the flags that override fields of the window; the defaults are those of a window that does not name the field. */
export function addWindowFlags(command: Command, flags: readonly Flag[]): Command {
  for (const flag of flags) command.option(FLAGS[flag].flags, FLAGS[flag].text);
  return command;
}

/** The fields that flags override, unchecked: the window's own schema judges them. */
export function overridesOf(flags: WindowFlags): { fields: Record<string, unknown>; flagAt: Map<string, string> } {
  const fields: Record<string, unknown> = {};
  const flagAt = new Map<string, string>();
  for (const flag of Object.keys(FLAGS) as Flag[]) {
    const value = flags[flag];
    if (value === undefined) continue;
    const { field } = FLAGS[flag];
    fields[field] = typeof value === 'string' ? numberOr(value) : value;
    flagAt.set(`/${field}`, `--${flag}`);
  }
  return { fields, flagAt };
}

const numberOr = (text: string): number | string =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
