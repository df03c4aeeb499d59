import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Message, receive, send } from '../dist/api/planners/wire.js';

it('messages arrive as they were sent, however the bytes between are cut', () => {
  const messages = fc.array(fc.tuple(fc.string(), fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 })), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sent, cuts) => {
      const there = new PassThrough();
      for (const [text, body] of sent) send(there, { head: { text }, body });
      const bytes: Buffer = there.read() ?? Buffer.alloc(0);

      const got: [string, Buffer][] = [];
      const source = { on: (_: string, listener: (piece: Buffer) => void) => (feed = listener) };
      let feed = (_: Buffer): void => {};
      receive<{ text: string }>(source as never, ({ head, body }: Message<{ text: string }>) =>
        got.push([head.text, Buffer.concat(body)]),
      );
      for (let at = 0, k = 0; at < bytes.length; at += cuts[k++ % cuts.length]!)
        feed(bytes.subarray(at, at + cuts[k % cuts.length]!));
      expect(got.length <= sent.length).toBe(true);
      expect(got).toEqual(sent.map(([text, body]) => [text, Buffer.concat(body)]));
    }),
  );
});
