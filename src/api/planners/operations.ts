import { readyFrontier } from '../../model/frontier-body.ts';
import { type Parsed, parseJson, readyWindow } from '../../model/parse.ts';
import { readyQuote } from '../../model/quote-body.ts';
import { readyVerification } from '../../model/verification-body.ts';
import type { Window } from '../../model/window.ts';
import { assess } from '../../solver/assess.ts';
import { compare } from '../../solver/comparison.ts';
import { frontier } from '../../solver/frontier.ts';
import { quote } from '../../solver/quote.ts';
import type { SolveOptions } from '../../solver/solve.ts';
import { solve } from '../../solver/solve.ts';
import { beyondLimits, type Limits } from '../guard/limits.ts';
import type { Operation } from '../operation.ts';
import { problemOf } from '../problem.ts';

/** A status and the document that goes with it. */
export interface Reply {
  readonly status: number;
  readonly document: object;
}

/** How an operation is run: as its solves are, and who is told of the window that it is about. */
export interface OperateOptions extends Omit<SolveOptions, 'reserveMs'> {
  /** Milliseconds to leave to the caller, of a deadline of so many; default: none. */
  readonly reserveOf?: (deadlineMs: number) => number;
  /** Called with the window once it was read. */
  readonly onWindow?: (window: Window) => void;
  /** How large its window may be; default: as large as the schema allows. */
  readonly limits?: Limits;
}

/** Runs an operation on the text of a body. Faults of the body are replies; only bugs reject. */
export async function operate(operation: Operation, text: string, options: OperateOptions): Promise<Reply> {
  const parsed = parseJson(text);
  if (!parsed.ok) return replied(parsed, () => ({}));
  const beyond = options.limits && beyondLimits(operation, parsed.value, options.limits);
  if (beyond) return { status: beyond.status, document: beyond };
  const told = <T>(window: Window, value: T): T => {
    options.onWindow?.(window);
    return value;
  };
  const solving = ({ deadlineMs }: Window): SolveOptions => ({
    ...options,
    reserveMs: options.reserveOf?.(deadlineMs) ?? 0,
  });
  switch (operation) {
    case 'placements':
      return replied(readyWindow(parsed.value), (window) => solve(told(window, window), solving(window)));
    case 'comparisons':
      return replied(readyWindow(parsed.value), (window) => compare(told(window, window), solving(window)));
    case 'quotes':
      return replied(readyQuote(parsed.value), (request) => quote(told(request.window, request)));
    case 'frontiers':
      return replied(readyFrontier(parsed.value), (request) =>
        frontier(told(request.window, request), solving(request.window)),
      );
    case 'verifications':
      return replied(readyVerification(parsed.value), ({ window, plan }) =>
        assess(told(window, window), plan, solving(window)),
      );
  }
}

/** What an operation makes of a body that was read, or the refusal. */
async function replied<T>(ready: Parsed<T>, work: (value: T) => object | Promise<object>): Promise<Reply> {
  if (ready.ok) return { status: 200, document: await work(ready.value) };
  const problem = problemOf(ready.refusal);
  return { status: problem.status, document: problem };
}
