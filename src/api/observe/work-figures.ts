import type { Answer } from '../../model/answer.ts';

/** What may be told of an answer: numbers and words of ours, none of the caller's. */
export interface AnswerFigures {
  readonly answer: Answer['status'] | null;
  readonly solver: string | null; // `method` of the answer
  readonly gap: number | null; // null: nothing is proven
  readonly fallback: 'deadline' | 'failed' | null; // why, when a heuristic's plan was sent
}

/** The same, and of the window. */
export interface WorkFigures extends AnswerFigures {
  readonly tasks: number | null; // entries of the window
  readonly nodes: number | null; // entries of the window
}

/** The figures of an answer, or of none. For the planner, which has it at hand. */
export const figuresOf = (answer: Answer | null): AnswerFigures => ({
  answer: answer?.status ?? null,
  solver: answer?.method ?? null,
  gap: answer?.gap ?? null,
  fallback: answer?.fallback?.because ?? null,
});
