import type { Hono } from 'hono';
import { docsPage } from '../docs-page.ts';
import { openApiDocument } from '../openapi.ts';
import type { Env } from './env.ts';

/** What the service says of itself. */
export function addPages(app: Hono<Env>): void {
  app.get('/openapi.json', (context) => context.json(openApiDocument()));
  app.get('/docs', (context) => context.html(docsPage(openApiDocument(), new URL(context.req.url).origin)));
  app.get('/', (context) => context.redirect('/docs'));
}
