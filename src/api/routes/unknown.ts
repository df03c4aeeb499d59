import type { Context, Hono } from 'hono';
import { refuse } from '../guard/refuse.ts';
import { type ProblemCode, problem } from '../problem.ts';

/** 405 where another method would do, else 404. */
export function unknownAddress(app: Pick<Hono, 'routes'>, context: Context): Response {
  const here = app.routes.filter(({ path, method }) => method !== GUARDS && matches(path, context.req.path));
  const methods = [...new Set(here.map(({ method }) => method))];
  const code: ProblemCode = methods.length > 0 ? 'method_not_allowed' : 'not_found';
  const detail =
    methods.length > 0
      ? `Expected ${methods.join(' or ')}, found ${context.req.method}. Maybe see /docs.`
      : `Expected an address of /docs, found "${context.req.path.slice(0, 100)}". Maybe POST to /v1/placements.`;
  const response = refuse(problem(code, detail));
  if (methods.length > 0) response.headers.set('allow', methods.join(', '));
  return response;
}

/** The method of what stands before handlers. */
const GUARDS = 'ALL';

const matches = (path: string, asked: string): boolean => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(asked);
