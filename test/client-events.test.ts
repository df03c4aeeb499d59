import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventsOf, type ServerEvent } from '../dist/client/events.js';
import { fakeClock } from './support/fake-service.ts';

async function read(...chunks: Uint8Array[]): Promise<ServerEvent[]> {
  const found: ServerEvent[] = [];
  for await (const event of eventsOf(ReadableStream.from(chunks), fakeClock())) found.push(event);
  return found;
}
const bytes = (text: string) => new TextEncoder().encode(text);

it.each<[string, string, Partial<ServerEvent>[]]>([
  ['nothing', '', []],
  ['comments', ': hello\n\n:\n\n', []],
  ['a line', 'data: a\n\n', [{ id: '', type: 'message', data: 'a' }]],
  ['all fields', 'id: 7\nevent: end\ndata: a\n\n', [{ id: '7', type: 'end', data: 'a' }]],
  ['several lines', 'data: a\ndata\ndata:b\n\n', [{ data: 'a\n\nb' }]],
  ['one space less', 'data:  a: b\n\n', [{ data: ' a: b' }]],
  ['an id that stays', 'id: 7\ndata: a\n\ndata: b\n\n', [{ id: '7' }, { id: '7', data: 'b' }]],
  ['an id without data', 'id: 7\n\ndata: b\n\n', [{ id: '7', data: 'b' }]],
  ['an id taken back', 'id: 7\ndata: a\n\nid\ndata: b\n\n', [{ id: '7' }, { id: '' }]],
  ['an id with NULL', 'id: 7\nid: 8\0\ndata: a\n\n', [{ id: '7' }]],
  ['a type that does not stay', 'event: end\ndata: a\n\ndata: b\n\n', [{ type: 'end' }, { type: 'message' }]],
  ['an event without data', 'event: end\n\ndata: b\n\n', [{ type: 'message', data: 'b' }]],
  ['fields of others', 'retry: 5\nfoo: bar\ndata: a\n\n', [{ data: 'a' }]],
  ['an event cut off', 'data: a\n\ndata: b\n', [{ data: 'a' }]],
  ['a line separator within data', 'data: a\u2028b\n\n', [{ data: 'a\u2028b' }]],
  ['a byte order mark', '\uFEFFdata: a\n\n', [{ data: 'a' }]],
])('reads %s', async (_, text, expected) => {
  const found = await read(bytes(text));
  expect(found).toMatchObject(expected);
  expect(found.length).toBe(expected.length);
});

it('reads the same however lines end and wherever chunks are cut', async () => {
  const event = fc.record({ id: fc.nat(), data: fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)) });
  const cuts = fc.array(fc.nat(400), { maxLength: 12 });
  const ending = fc.constantFrom('\n', '\r\n', '\r');
  await fc.assert(
    fc.asyncProperty(fc.array(event), cuts, ending, async (events, at, end) => {
      const text = events.map(({ id, data }) => `id: ${id}${end}data: ${data}${end}${end}`).join('');
      const whole = bytes(`${text}: `); // so that a final \r is no half of \r\n
      const places = [0, ...at.filter((place) => place < whole.length).sort((a, b) => a - b), whole.length];
      const chunks = places.slice(1).map((place, k) => whole.slice(places[k], place));
      const expected = events.map(({ id, data }) => ({ id: String(id), type: 'message', data }));
      expect(await read(...chunks)).toEqual(expected);
    }),
  );
});

it('refuses a line without an end', async () => {
  const megabyte = new Uint8Array(1 << 20).fill(0x61);
  await expect(read(megabyte, megabyte)).rejects.toMatchObject({ code: 'malformed_answer' });
});
