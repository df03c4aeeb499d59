import type { Hono } from 'hono';
import { VERSION } from '../../version.ts';
import { refuse } from '../guard/refuse.ts';
import type { Desk } from '../jobs/desk.ts';
import type { ServiceMetrics } from '../observe/metrics.ts';
import { problem } from '../problem.ts';
import type { Env } from './env.ts';

/** What those ask who watch the service: whether it lives, and whether it takes windows. */
export function addProbes(app: Hono<Env>, desk: Desk): void {
  app.get('/healthz', (context) => context.json({ status: 'ok', version: VERSION }));
  app.get('/readyz', (context) =>
    desk.isReady
      ? context.json({ status: 'ready' })
      : refuse(problem('stopping', 'No planner takes windows now. Maybe ask again in a second.')),
  );
}

/** What Prometheus reads. */
export function addMetrics(app: Hono<Env>, metrics: ServiceMetrics): void {
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
}
