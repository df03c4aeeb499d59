import { request } from 'node:http';
import type { JobDocument } from '../../dist/model/job.js';

/** Posts JSON, or text as it is. */
export const post = (address: string, body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });

/** The JSON of a response, as what it should be. */
export const read = async <T>(response: Response | Promise<Response>): Promise<T> =>
  (await (await response).json()) as T;

/** A job once it is over. */
export async function whenOver(address: string): Promise<JobDocument> {
  await (await fetch(`${address}/events`)).text(); // the stream ends with the job
  return read<JobDocument>(fetch(address));
}

/** An event of a stream. */
export interface StreamEvent {
  readonly id: number;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** The events in the text of a stream. */
export const eventsIn = (text: string): StreamEvent[] =>
  text
    .split('\n\n')
    .filter((block) => block.includes('data:'))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
      return { id: Number(field('id')), event: field('event'), data: JSON.parse(field('data')) };
    });

/** Sends the beginning of a body and then cuts the connection. */
export function cutOff(address: string, text: string): Promise<void> {
  return new Promise((resolve) => {
    const sending = request(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': text.length + 1000 },
    });
    sending.on('error', () => resolve());
    sending.write(text, () => sending.destroy());
    sending.on('close', () => resolve());
  });
}
