import type { Readable, Writable } from 'node:stream';

/** What goes over the wire: a head that says what it is, and bytes, in as many pieces as they came. */
export interface Message<Head> {
  readonly head: Head;
  readonly body: readonly Uint8Array[];
}

/** Bytes of the two lengths that a message begins with: of its head and of its body. */
const LENGTHS = 8;

/** Sends a message over a stream of bytes: two lengths, the head as JSON, the body as it is. */
export function send<Head extends object>(
  stream: Writable,
  { head, body }: { readonly head: Head; readonly body?: readonly Uint8Array[] },
): void {
  const text = Buffer.from(JSON.stringify(head));
  const start = Buffer.allocUnsafe(LENGTHS);
  start.writeUInt32LE(text.length, 0);
  start.writeUInt32LE(bytesOf(body ?? []), 4);
  stream.cork();
  stream.write(start);
  stream.write(text);
  for (const piece of body ?? []) stream.write(piece);
  stream.uncork();
}

/** Calls back for every whole message that arrives on a stream. */
export function receive<Head>(stream: Readable, onMessage: (message: Message<Head>) => void): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  let wanted = LENGTHS;
  let lengths: { readonly head: number; readonly body: number } | null = null;

  /** The first `count` bytes that have arrived, in pieces. */
  const take = (count: number): Buffer[] => {
    const taken: Buffer[] = [];
    for (let open = count; open > 0; ) {
      const piece = pieces.shift()!;
      const used = piece.subarray(0, open);
      if (used.length < piece.length) pieces.unshift(piece.subarray(open));
      taken.push(used);
      open -= used.length;
    }
    bytes -= count;
    return taken;
  };

  stream.on('data', (piece: Buffer) => {
    pieces.push(piece);
    bytes += piece.length;
    while (bytes >= wanted) {
      if (lengths === null) {
        const start = Buffer.concat(take(LENGTHS));
        lengths = { head: start.readUInt32LE(0), body: start.readUInt32LE(4) };
        wanted = lengths.head + lengths.body;
      } else {
        const head = JSON.parse(Buffer.concat(take(lengths.head)).toString('utf8')) as Head;
        const body = take(lengths.body);
        lengths = null;
        wanted = LENGTHS;
        onMessage({ head, body });
      }
    }
  });
}

export const bytesOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
