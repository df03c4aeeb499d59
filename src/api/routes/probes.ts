import type { Hono } from 'hono';
import { VERSION } from '../../version.ts';
import type { Desk } from '../jobs/desk.ts';
import { refusal } from '../jobs/refusal.ts';
import type { ServiceMetrics } from '../observe/metrics.ts';
import type { Env } from './env.ts';
import { outcomeResponse } from './responses.ts';

/** Seconds after which a service that is not ready may be by then. */
const ASK_AGAIN_S = 1;

/** What those ask who watch the service: whether it lives, and whether it takes windows. */
export function addProbes(app: Hono<Env>, desk: Desk): void {
  app.get('/healthz', (context) => context.json({ status: 'ok', version: VERSION }));
  app.get('/readyz', (context) => {
    const { unready } = desk;
    return unready === null ? context.json({ status: 'ready' }) : outcomeResponse(refusal(unready, ASK_AGAIN_S));
  });
}

/** What Prometheus reads. */
export function addMetrics(app: Hono<Env>, metrics: ServiceMetrics): void {
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
}
