import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Job } from '../jobs/job.ts';

/** Milliseconds between two signs of life of a stream in which nothing happens. */
const HEARTBEAT_MS = 15_000;

/** How many streams of events are open. */
export interface OpenStreams {
  open: number;
}

export interface StreamOptions {
  readonly streams: OpenStreams;
  readonly writeTimeoutMs: number; // after which a reader that takes nothing is cut off
}

/** Tells browsers, which connect anew whenever a stream ends, that nothing more will come (HTML standard, 9.2.3). */
const NOTHING_MORE = 204;

/** A stream of what happens to a job, from after the event that the caller saw last to its end. */
export function eventStream(context: Context, job: Job, { streams, writeTimeoutMs }: StreamOptions): Response {
  const seen = Number(context.req.header('last-event-id'));
  let last = seen >= 1 && seen <= job.lastEventId ? seen : 0; // one that never was is passed over
  if (job.over && last === job.lastEventId) return new Response(null, { status: NOTHING_MORE });
  context.header('cache-control', 'no-store');
  context.header('x-accel-buffering', 'no');
  // nobody would read, or cancel, the stream that goes with it
  if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' });
  // a reader that takes nothing, signs of life included, is cut off
  context.env?.outgoing?.socket?.setTimeout(HEARTBEAT_MS + writeTimeoutMs);
  return streamSSE(context, async (stream) => {
    let wake = () => {};
    const unwatch = job.watch(() => wake());
    stream.onAbort(() => wake());
    streams.open++;
    try {
      while (!stream.aborted) {
        const next = job.eventsAfter(last);
        for (const { id, event, data } of next) {
          await stream.writeSSE({ id: String(id), event, data: JSON.stringify(data) });
          last = id;
        }
        if (next.length > 0) continue;
        if (job.over) return;
        const quiet = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(true), HEARTBEAT_MS);
          wake = () => {
            clearTimeout(timer);
            resolve(false);
          };
        });
        if (quiet) await stream.write(': nothing new\n\n');
      }
    } finally {
      streams.open--;
      wake();
      unwatch();
    }
  });
}
