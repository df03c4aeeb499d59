import type { Answer } from '../../model/answer.ts';
import type { Progress } from '../../solver/state.ts';
import type { Limits } from '../guard/limits.ts';
import type { AnswerFigures } from '../observe/work-figures.ts';
import type { Operation } from '../operation.ts';

/** A body to work on, and how. */
export interface PlannerJob {
  readonly operation: Operation;
  readonly id: string; // of the answer
  readonly started: number; // time of now() of the last byte of the request
  readonly limits: Limits; // maxDeadlineMs is also when it is stopped, whatever its window says
  readonly others: number; // jobs at work when it began, at all planners
  readonly heuristicsOnly: boolean; // planners died of it: no engines this time
  readonly startBytes: number; // last bytes of the body that are an answer to start from; 0: none
}

/** What a window turned out to be. */
export interface Posed {
  readonly deadlineMs: number | null; // null: it counts steps
  readonly tasks: number; // entries
  readonly nodes: number; // entries
}

/** What is worth telling of an answer beside the answer. */
export interface Facts extends AnswerFigures {
  readonly stop: Answer['stop'];
}

/** To a planner; the body of a job is that of its request. `look` asks for the best so far, `stop` for an end with it. */
export type Request =
  | ({ readonly type: 'job'; readonly job: number } & PlannerJob)
  | { readonly type: 'look' | 'stop'; readonly job: number };

/** From a planner; `done` and `look` bring the bytes of a document, `look` none where there is nothing yet. */
export type Report =
  | { readonly type: 'ready' }
  | ({ readonly type: 'posed'; readonly job: number } & Posed)
  | { readonly type: 'progress'; readonly job: number; readonly progress: Progress }
  | { readonly type: 'look'; readonly job: number }
  | {
      readonly type: 'done';
      readonly job: number;
      readonly status: number;
      readonly facts: Facts | null;
    }
  | { readonly type: 'failed'; readonly job: number; readonly reason: string };
