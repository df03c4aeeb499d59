import { Hono } from 'hono';
import { admission } from '../guard/admission.ts';
import { crossOrigin, noStore, securityHeaders } from '../guard/headers.ts';
import { ownOrigin } from '../guard/origin.ts';
import { Room } from '../guard/room.ts';
import type { Desk } from '../jobs/desk.ts';
import { refusal } from '../jobs/refusal.ts';
import type { Log } from '../observe/log.ts';
import type { ServiceMetrics } from '../observe/metrics.ts';
import type { Settings } from '../settings/schema.ts';
import { addCatalogues } from './catalogues.ts';
import type { Env } from './env.ts';
import type { OpenStreams } from './events.ts';
import { observed } from './observed.ts';
import { addOperations } from './operations.ts';
import { addPages } from './pages.ts';
import { addPlacements } from './placements.ts';
import { addMetrics, addProbes } from './probes.ts';
import { outcomeResponse } from './responses.ts';
import { unknownAddress } from './unknown.ts';

export interface AppOptions {
  readonly desk: Desk;
  readonly settings: Settings;
  readonly log: Log;
  readonly metrics: ServiceMetrics;
  readonly streams: OpenStreams;
}

/** The HTTP face of Placewright: who gets in, and what is where. Bodies are worked on by planners, handlers only pass bytes along. */
export function createApp({ desk, settings, log, metrics, streams }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  const {
    cors,
    docs,
    metrics: measured,
    maxBodyBytes,
    requestTimeoutMs,
    queueBytes,
    waitMs,
    writeTimeoutMs,
  } = settings;
  const limits = { maxBodyBytes, requestTimeoutMs, room: new Room(queueBytes) };

  app.use(observed(log, metrics), securityHeaders(), noStore(), crossOrigin(cors), ownOrigin(settings));
  addProbes(app, desk);
  if (docs) addPages(app);
  const admitted = admission(settings);
  app.use('/v1/*', admitted);
  if (measured) {
    app.use('/metrics', admitted);
    addMetrics(app, metrics);
  }
  addPlacements(app, { desk, limits, waitMs, stream: { streams, writeTimeoutMs } });
  addOperations(app, desk, limits);
  addCatalogues(app);

  app.notFound((context) => unknownAddress(app, context));
  app.onError((error) => {
    log.error('a handler failed', error);
    return outcomeResponse(refusal('internal'));
  });
  return app;
}
