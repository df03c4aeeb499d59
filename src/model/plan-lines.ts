import { z } from 'zod';
import { LARGEST } from './window.ts';

/** A plan as it is sent: lines as in an answer's `assignments`; further fields are passed over. */
export const planSchema = z
  .array(z.object({ task: z.string(), node: z.string(), copies: z.number().min(-LARGEST).max(LARGEST) }))
  .max(10_000_000);

/** The same; a whole answer may stand for its `assignments`. */
export const planOrAnswer = z.preprocess((plan) => (isAnswer(plan) ? plan.assignments : plan), planSchema);

const isAnswer = (plan: unknown): plan is { assignments: unknown } =>
  plan !== null && typeof plan === 'object' && 'assignments' in plan;
