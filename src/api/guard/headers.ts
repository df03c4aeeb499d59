import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import { STYLE } from '../docs-page.ts';

/** The one style sheet there is, inside the page of /docs, as a content security policy names it. */
const styleHash = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** Headers by which browsers keep what the service answers from doing anything: nothing loads, runs, frames or sniffs. */
export const securityHeaders = (): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [styleHash],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    strictTransportSecurity: false, // the service speaks plain HTTP: who puts TLS before it decides
  });

/** Answers belong to who asked: no cache on the way keeps them. */
export const noStore = (): MiddlewareHandler => async (context, next) => {
  await next();
  if (!context.res.headers.has('cache-control')) context.res.headers.set('cache-control', 'no-store');
};

/** Request headers that pages of other origins may send, and response headers that they may read. */
const ASKED = [
  'authorization',
  'content-encoding',
  'content-type',
  'idempotency-key',
  'last-event-id',
  'prefer',
  'priority',
  'traceparent',
  'x-api-key',
];
const TOLD = ['Content-Location', 'Location', 'Preference-Applied', 'RateLimit', 'RateLimit-Policy', 'Retry-After'];

/** Lets pages of these origins use the service; goes before whatever asks for keys, which preflights do not have. */
export const crossOrigin = (origins: readonly string[]): MiddlewareHandler =>
  origins.length === 0
    ? (_, next) => next()
    : cors({
        origin: origins.includes('*') ? '*' : [...origins],
        allowMethods: ['GET', 'POST', 'DELETE'],
        allowHeaders: ASKED,
        exposeHeaders: TOLD,
        maxAge: 600,
      });
