import { PlacewrightError } from './error.ts';
import type { Clock } from './types.ts';

/** One server-sent event. */
export interface ServerEvent {
  readonly id: string; // that of the last event that had one
  readonly type: string; // "message" when none is named
  readonly data: string;
}

/** A connection on which nothing came for so many milliseconds is dead: the service sends a comment every 15 s. */
const IDLE_MS = 45_000;
/** Longest line, in characters: more is no event of ours. */
const LONGEST_LINE = 1 << 20;

/** The events of a stream as they come, read as the HTML standard says (9.2.6). Ends with the stream, which is cancelled when nobody reads on. */
export async function* eventsOf(body: ReadableStream<Uint8Array>, clock: Clock): AsyncGenerator<ServerEvent> {
  let id = '';
  let type = '';
  let data: string[] = [];
  for await (const line of linesOf(body, clock)) {
    if (line === '') {
      if (data.length > 0) yield { id, type: type || 'message', data: data.join('\n') };
      type = '';
      data = [];
      continue;
    }
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') data.push(value ?? '');
    else if (field === 'event') type = value ?? '';
    else if (field === 'id' && !value?.includes('\0')) id = value ?? '';
  }
}

/** Lines end in \n, \r or \r\n; the last one, cut off, is left out. */
async function* linesOf(body: ReadableStream<Uint8Array>, clock: Clock): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder(); // leaves a byte order mark out
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await unlessIdle(reader.read(), clock);
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/); // a final \r may be half of \r\n
      rest = lines.pop()!;
      if (rest.length > LONGEST_LINE)
        throw new PlacewrightError('malformed_answer', { detail: 'a line without an end' });
      yield* lines;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function unlessIdle<T>(reading: Promise<T>, clock: Clock): Promise<T> {
  const read = new AbortController();
  const idle = clock.sleep(IDLE_MS, read.signal).then(() => {
    throw new Error(`nothing came for ${IDLE_MS / 1000} seconds`);
  });
  try {
    return await Promise.race([reading, idle]);
  } finally {
    read.abort();
  }
}
