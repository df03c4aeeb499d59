import { z } from 'zod';
import { answerSchema } from './answer.ts';
import { FAULT_CODES, type FaultCode } from './faults.ts';

/** A problem document (RFC 9457). The catalogue of `code` is the service's; clients may meet codes newer than they are. */
export const problemSchema = z.object({
  type: z.string().meta({ description: 'A page that explains the code.' }),
  title: z.string(),
  status: z.number(),
  detail: z.string().meta({ description: 'What was expected, what was found, and a guess that starts with "Maybe".' }),
  code: z.string().meta({ description: 'Stable; meant for programs.' }),
  faults: z
    .array(
      z.object({
        code: z.enum(Object.keys(FAULT_CODES) as [FaultCode, ...FaultCode[]]),
        pointer: z.string().meta({ description: 'JSON pointer (RFC 6901) into the body.' }),
        expected: z.string(),
        found: z.string(),
        hint: z.string(),
      }),
    )
    .meta({ description: 'Everything that is wrong with the body, up to 200 faults.' }),
  faultsLeftOut: z.number(),
});

/** What a job has found and proved by now: the data of `progress` events. */
export const progressSchema = z
  .object({
    stage: z.enum(['heuristics', 'bound', 'tiers', 'solve']).meta({ description: 'What is being done.' }),
    objective: z.number().nullable().meta({ description: 'Cost of the incumbent.' }),
    unplaced: z.number().nullable().meta({ description: 'Copies that the incumbent leaves unplaced.' }),
    bound: z.number().nullable().meta({ description: 'Proven lower limit of the cost at these unplaced copies.' }),
    gap: z.number().nullable().meta({ description: '(objective − bound) / |objective|; null when nothing is proven.' }),
    ms: z.number().meta({ description: 'Milliseconds since the request was there.' }),
  })
  .meta({ description: 'The incumbent and what is proven of it.' });

const time = (description: string) => z.string().nullable().meta({ description, format: 'date-time' });

/** A placement that is worked on, or was. */
export const jobSchema = z
  .object({
    id: z.string().meta({ description: 'Unguessable.' }),
    state: z.enum(['queued', 'running', 'done', 'cancelled', 'failed']),
    created: time('When the request was there (ISO 8601).'),
    finished: time('When it ended.'),
    expires: time('When it is forgotten; null while it runs.'),
    deadline: time('When the answer is due; null while unknown.'),
    progress: progressSchema.nullable(),
    answer: answerSchema.nullable().meta({ description: 'The best so far; final once `state` is done or cancelled.' }),
    problem: problemSchema.nullable().meta({ description: 'Why it failed.' }),
  })
  .meta({ description: 'A placement that is worked on, or was.' });

export type ProblemDocument = z.output<typeof problemSchema>;
export type JobProgress = z.output<typeof progressSchema>;
export type JobDocument = z.output<typeof jobSchema>;
export type JobState = JobDocument['state'];
