import { z } from 'zod';
import { schemaFaults } from '../model/validate.ts';
import type { PlanLine } from '../model/verifier.ts';
import { BadInput } from './bad-input.ts';
import { readDocument } from './document.ts';
import { nameOf } from './files.ts';

const number = z.number();
const linesSchema = z.array(
  z.object({ task: z.string(), node: z.string(), copies: number, time: number.optional(), cost: number.optional() }),
);

const placedSchema = z.object({
  status: z.enum(['optimal', 'feasible', 'infeasible', 'unknown']).optional(),
  objective: number.nullish(),
  bound: number.nullish(),
  gap: number.nullish(),
  unplacedBounds: z.array(z.object({ tier: z.string(), copies: number.nullable() })).optional(),
  certificate: z
    .object({
      bound: number,
      nodePrices: z.array(z.object({ node: z.string(), prices: z.record(z.string(), number) })),
      unplacedPrices: z.array(z.object({ tier: z.string(), price: number })).default([]),
    })
    .nullish(),
  assignments: linesSchema,
  unplaced: z.array(z.object({ task: z.string(), copies: number })).optional(),
  moves: z.array(z.object({ task: z.string(), from: z.string(), to: z.string(), copies: number })).optional(),
  movesOrdered: z.boolean().optional(),
});
const answerSchema = placedSchema.extend({ partial: placedSchema.optional() });

/** An answer as far as it claims anything that can be checked; a bare plan claims only to keep the rules. */
export type Claimed = z.output<typeof placedSchema>;
export type ClaimedAnswer = z.output<typeof answerSchema>;
export type ClaimedLine = PlanLine & Claimed['assignments'][number];

/** Reads an answer, an object with `assignments`, or a list of { task, node, copies }. */
export async function readPlan(file: string): Promise<ClaimedAnswer> {
  const raw = await readDocument(file);
  const bare = Array.isArray(raw);
  const parsed = answerSchema.safeParse(bare ? { assignments: raw } : raw);
  if (parsed.success) return parsed.data;
  const faults = schemaFaults(parsed.error.issues, bare ? { assignments: raw } : raw);
  const placed = bare
    ? faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/assignments/, '') }))
    : faults;
  throw new BadInput(
    'invalid_plan',
    'Expected an answer, an object with `assignments`, or a list of { task, node, copies }, found something else. Maybe the two files are swapped.',
    nameOf(file),
    placed,
  );
}
