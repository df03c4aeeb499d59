import { type Context, Hono } from 'hono';
import { HEURISTICS } from '../heuristics/heuristics.ts';
import { ENGINES } from '../solver/engines/catalogue.ts';
import { VERSION } from '../version.ts';
import { readBody } from './body.ts';
import type { Desk } from './desk.ts';
import { docsPage } from './docs-page.ts';
import { exampleNames, exampleText } from './examples.ts';
import { openApiDocument } from './openapi.ts';
import type { Operation } from './operations.ts';
import { type Problem, type ProblemCode, problem } from './problem.ts';

export interface AppOptions {
  readonly desk: Desk;
  /** Largest body taken, in bytes; default 64 MiB. */
  readonly maxBytes?: number;
}

/** The HTTP face of Placewright. Bodies are worked on at the desk, so that handlers only pass bytes along. */
export function createApp({ desk, maxBytes }: AppOptions): Hono {
  const app = new Hono();

  const post = (operation: Operation) =>
    app.post(`/v1/${operation}`, async (context) => {
      const body = await readBody(context.req.raw, maxBytes);
      if (!(body instanceof SharedArrayBuffer)) return refuse(body);
      const { status, bytes } = await desk.handle(operation, body);
      return new Response(bytes as Uint8Array<ArrayBuffer>, {
        status,
        headers: { 'content-type': status === 200 ? 'application/json' : 'application/problem+json' },
      });
    });
  post('placements');
  post('comparisons');
  post('verifications');
  post('quotes');
  post('frontiers');

  app.get('/v1/heuristics', (context) =>
    context.json([...HEURISTICS.values()].map(({ name, summary, source }) => ({ name, summary, source }))),
  );
  app.get('/v1/engines', (context) => context.json(ENGINES));
  app.get('/v1/examples', (context) => context.json(exampleNames()));
  app.get('/v1/examples/:name', (context) => {
    const text = exampleText(context.req.param('name'));
    if (text === null)
      return refuse(
        problem(
          'not_found',
          `Expected one of ${exampleNames().join(', ')}, found "${context.req.param('name').slice(0, 80)}". Maybe ask for /v1/examples/small.`,
        ),
      );
    return context.body(text, 200, { 'content-type': 'application/json' });
  });
  app.get('/openapi.json', (context) => context.json(openApiDocument()));
  app.get('/docs', (context) => context.html(docsPage(openApiDocument(), new URL(context.req.url).origin)));
  app.get('/', (context) => context.redirect('/docs'));
  app.get('/healthz', (context) => context.json({ status: 'ok', version: VERSION }));

  app.notFound((context) => unknownAddress(app, context));
  app.onError((error) => {
    console.error(
      `placewright: ${error instanceof Error ? (error.stack ?? error.message).slice(0, 2000) : String(error)}`,
    );
    return refuse(
      problem(
        'internal',
        'The request was fine as far as we know; the service failed on it. Maybe try again, and please report it.',
      ),
    );
  });
  return app;
}

function refuse(document: Problem): Response {
  return new Response(JSON.stringify(document), {
    status: document.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}

/** 405 where another method would do, else 404. */
function unknownAddress(app: Hono, context: Context): Response {
  const methods = [
    ...new Set(app.routes.filter(({ path }) => matches(path, context.req.path)).map(({ method }) => method)),
  ];
  const code: ProblemCode = methods.length > 0 ? 'method_not_allowed' : 'not_found';
  const detail =
    methods.length > 0
      ? `Expected ${methods.join(' or ')}, found ${context.req.method}. Maybe see /docs.`
      : `Expected an address of /docs, found "${context.req.path.slice(0, 100)}". Maybe POST to /v1/placements.`;
  const response = refuse(problem(code, detail));
  if (methods.length > 0) response.headers.set('allow', methods.join(', '));
  return response;
}

const matches = (path: string, asked: string): boolean => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(asked);
