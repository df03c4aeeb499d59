import { z } from 'zod';
import { closest, type Fault, shown } from './faults.ts';
import { given } from './outer-body.ts';
import { type Parsed, refusalOf } from './parse.ts';
import { planOrAnswer, planSchema } from './plan-lines.ts';
import { nodeCopies } from './rules.ts';
import { schemaFaults, validateWindow } from './validate.ts';
import type { PlanLine } from './verifier.ts';
import { taskSchema, type Window, windowSchema } from './window.ts';

/** The body of POST /v1/quotes. */
export const quoteBodySchema = z.strictObject({
  window: windowSchema,
  task: taskSchema.meta({ description: 'The task to quote: one that is not in the window.' }),
  times: z
    .array(z.number().nullable())
    .optional()
    .meta({ description: 'Its row of `times`, where the window has that matrix.' }),
  plan: planSchema.optional().meta({
    description: "What is placed now: lines as in an answer's `assignments`. Default: what runs on `current`.",
  }),
});

/** What a quote is asked of: a window whose last task is the one to quote, and what is placed of the others. */
export interface QuoteRequest {
  readonly window: Window;
  readonly plan: readonly PlanLine[];
}

type Raw = Record<string, unknown>;
const isObject = (value: unknown): value is Raw => value !== null && typeof value === 'object' && !Array.isArray(value);

const outerSchema = z.strictObject({
  window: given('a window'),
  task: given('a task'),
  times: z.unknown().optional(),
  plan: planOrAnswer.optional(),
});

/** A quote that can be made, or every fault that keeps it from being one. */
export function readyQuote(body: unknown): Parsed<QuoteRequest> {
  const outer = outerSchema.safeParse(body);
  const faults = outer.success ? [] : schemaFaults(outer.error.issues, body);
  if (isObject(body) && body.times !== undefined && isObject(body.window) && body.window.times === undefined)
    faults.push({
      code: 'wrong_shape',
      pointer: '/times',
      expected: 'nothing: the window has no `times`',
      found: shown(body.times),
      hint: 'Maybe give the task a `duration`, or seconds by kind of node with `on`.',
    });
  const joined = isObject(body) && body.window !== undefined && body.task !== undefined ? joinedWindow(body) : null;
  const validated = joined && validateWindow(joined.window);
  if (validated && !validated.ok)
    faults.push(...validated.faults.map((fault) => ({ ...fault, pointer: joined!.pointerOf(fault.pointer) })));
  if (!outer.success || !validated?.ok || faults.length > 0) return { ok: false, refusal: refusalOf(faults) };
  const { window } = validated;
  const plan = outer.data.plan ?? runningNow(window);
  const misplaced = planFaults(window, plan);
  return misplaced.length > 0 ? { ok: false, refusal: refusalOf(misplaced) } : { ok: true, value: { window, plan } };
}

/** The window with the task at its end, and where in the body its parts come from. */
function joinedWindow({ window, task, times }: Raw): { window: unknown; pointerOf: (pointer: string) => string } {
  const inWindow = (pointer: string) => `/window${pointer}`;
  if (!isObject(window) || !Array.isArray(window.tasks)) return { window, pointerOf: inWindow };
  const rows = Array.isArray(window.times) ? { times: [...window.times, ...(times === undefined ? [] : [times])] } : {};
  const last = window.tasks.length;
  const pointerOf = (pointer: string) => {
    for (const [from, to] of [
      [`/tasks/${last}`, '/task'],
      [`/times/${last}`, '/times'],
    ] as const)
      if (pointer === from || pointer.startsWith(`${from}/`)) return to + pointer.slice(from.length);
    return pointer === '/times' && times === undefined ? '/times' : inWindow(pointer);
  };
  return { window: { ...window, tasks: [...window.tasks, task], ...rows }, pointerOf };
}

/** The tasks that run on a node of the window, all but the one to quote. */
function runningNow({ tasks, ...window }: Window): PlanLine[] {
  const nodes = nodeCopies({ tasks, ...window });
  return tasks
    .slice(0, -1)
    .flatMap(({ id, current, count }) =>
      current !== undefined && nodes.has(current) ? [{ task: id, node: current, copies: count }] : [],
    );
}

/** Lines of a plan that name nothing of the window, or more copies than there are. */
function planFaults(window: Window, plan: readonly PlanLine[]): Fault[] {
  const nodes = nodeCopies(window);
  const left = new Map(window.tasks.slice(0, -1).map(({ id, count }) => [id, count]));
  return plan.flatMap(({ task, node, copies }, at): Fault[] => {
    const unknown = (field: string, found: string, what: string, names: Iterable<string>): Fault => {
      const near = closest(found, names);
      const hint = near === undefined ? 'Maybe the plan is of another window.' : `Maybe "${near}".`;
      return { code: 'unknown_value', pointer: `/plan/${at}/${field}`, expected: what, found: shown(found), hint };
    };
    const faults: Fault[] = [];
    if (!left.has(task)) faults.push(unknown('task', task, 'the id of a task of the window', left.keys()));
    if (!nodes.has(node)) faults.push(unknown('node', node, 'the name of a node (copy) of the window', nodes.keys()));
    const most = left.get(task) ?? Number.POSITIVE_INFINITY;
    left.set(task, most - copies);
    const place = { pointer: `/plan/${at}/copies`, found: shown(copies) };
    if (window.mode === 'integral' && !Number.isInteger(copies))
      faults.push({ code: 'not_whole', ...place, expected: 'whole copies', hint: `Maybe ${Math.round(copies)}.` });
    else if (!(copies > 0) || copies > most + 1e-6)
      faults.push({
        code: 'out_of_range',
        ...place,
        expected:
          Number.isFinite(most) && copies > 0 ? `at most ${most}, all copies of the task counted` : 'more than 0',
        hint: 'Maybe the plan is of another window.',
      });
    return faults;
  });
}
