import { delayMs } from './backoff.ts';
import { PlacewrightError } from './error.ts';
import { eventsOf } from './events.ts';
import { objectIn, type Transport } from './transport.ts';
import type { Progress } from './types.ts';

/**
 * The progress of a job, event by event, until it ends. A connection that drops is made again with `Last-Event-ID`,
 * so that nothing is told twice or left out; as many drops in a row as there are retries, without any event between
 * them, are an error.
 */
export async function* progressOf(
  transport: Transport,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Progress, void, undefined> {
  const { clock, retries } = transport;
  let last = '';
  for (let drops = 0; ; ) {
    try {
      const headers = { accept: 'text/event-stream', ...(last === '' ? {} : { 'last-event-id': last }) };
      const body = await transport.stream({ method: 'GET', path, headers, signal, repeatable: true });
      for await (const { id, type, data } of eventsOf(body, clock)) {
        if (type === 'end') return;
        if (type !== 'progress' || isOld(id, last)) continue;
        last = id;
        drops = 0;
        yield objectIn(data) as Progress;
      }
      drops++;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof PlacewrightError) throw error;
      drops++;
    }
    if (drops > retries) throw new PlacewrightError('connection_failed', { detail: 'the events broke off' });
    await clock.sleep(delayMs(drops - 1, null, clock)!, signal);
  }
}

/** Ids grow: what is not above the last was told before. */
const isOld = (id: string, last: string): boolean => last !== '' && Number(id) <= Number(last);
