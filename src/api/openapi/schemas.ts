import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { answerSchema } from '../../model/answer.ts';
import { frontierBodySchema } from '../../model/frontier-body.ts';
import { jobSchema, problemSchema, progressSchema } from '../../model/job.ts';
import { quoteBodySchema } from '../../model/quote-body.ts';
import { assessmentSchema, comparisonSchema, frontierSchema, quoteSchema } from '../../model/replies.ts';
import { verificationBodySchema } from '../../model/verification-body.ts';
import { windowSchema } from '../../model/window.ts';
import { PROBLEMS, type ProblemCode } from '../problem.ts';

/** `nullable()` of a registered schema would be described as one that null must meet, too. */
const orNull = (schema: z.ZodType) => z.union([schema, z.null()]);

/** Gives every body its name in the description; wherever it stands in another one, it is referred to by that. */
export function registerSchemas({ openAPIRegistry: registry }: OpenAPIHono) {
  // a copy, since only schemas made after the package was loaded can be registered: whoever imports them first
  const named = <T extends z.ZodType>(name: string, schema: T): T => registry.register(name, schema.clone());
  const Window = named('Window', windowSchema);
  const Answer = named('Answer', answerSchema);
  const codes = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]);
  const Problem = named(
    'Problem',
    problemSchema.extend({ code: codes.meta({ description: 'Stable; meant for programs.' }) }),
  );
  const Progress = named('Progress', progressSchema);
  const job = jobSchema.extend({
    progress: orNull(Progress),
    answer: orNull(Answer).meta({ description: jobSchema.shape.answer.description }),
    problem: orNull(Problem).meta({ description: jobSchema.shape.problem.description }),
  });
  return {
    Window,
    Answer,
    Problem,
    Job: named('Job', job),
    Comparison: named('Comparison', comparisonSchema),
    Verification: named('Verification', verificationBodySchema.extend({ window: Window })),
    Assessment: named('Assessment', assessmentSchema),
    QuoteRequest: named('QuoteRequest', quoteBodySchema.extend({ window: Window })),
    Quote: named('Quote', quoteSchema),
    FrontierRequest: named('FrontierRequest', frontierBodySchema.extend({ window: Window })),
    Frontier: named('Frontier', frontierSchema),
  };
}

export type Schemas = ReturnType<typeof registerSchemas>;
