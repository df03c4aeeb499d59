import { createBrotliDecompress, createGunzip, createInflate, type Gunzip } from 'node:zlib';

/** How bodies may be compressed, by the name in `content-encoding`. One at a time: layers are for bombs. */
const DECODERS: ReadonlyMap<string, () => Gunzip> = new Map([
  ['gzip', () => createGunzip({ chunkSize: CHUNK })],
  ['x-gzip', () => createGunzip({ chunkSize: CHUNK })],
  ['deflate', () => createInflate({ chunkSize: CHUNK })],
  ['br', () => createBrotliDecompress({ chunkSize: CHUNK })],
]);
export const ENCODINGS = ['gzip', 'deflate', 'br'];

/** Bytes decompressed in one go, which is also the most that a bomb gets beyond the limit. */
const CHUNK = 64 * 1024;

/** Takes a body apart as it arrives: bytes in, plain bytes out through `taken`. */
export interface Decoder {
  /** Resolves when these bytes are worked off; rejects when they are none of this encoding. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when all is handed out; rejects when something is missing at the end or left over after it. */
  end(): Promise<void>;
  /** Stops where it is and lets go of its memory. */
  stop(): void;
}

/** A decoder for a `content-encoding`, or null when it is none of ours. `taken` may stop it. */
export function decoderFor(encoding: string, taken: (bytes: Uint8Array) => void): Decoder | null {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return plain(taken);
  const make = DECODERS.get(name);
  return make ? unpacking(make(), taken) : null;
}

function plain(taken: (bytes: Uint8Array) => void): Decoder {
  return {
    write: async (bytes) => taken(bytes),
    end: async () => {},
    stop: () => {},
  };
}

function unpacking(stream: Gunzip, taken: (bytes: Uint8Array) => void): Decoder {
  let written = 0;
  const closed = new Promise<void>((resolve, reject) => {
    stream.once('end', resolve).once('error', reject).once('close', resolve);
  });
  closed.catch(() => {}); // told to whoever writes or ends
  stream.on('data', taken);
  return {
    async write(bytes) {
      if (stream.readableEnded) throw new Error('more bytes after its end');
      written += bytes.byteLength;
      // a stream that fails or is stopped in the middle of a write may never call back
      await Promise.race([closed, new Promise<void>((resolve) => stream.write(bytes, () => resolve()))]);
    },
    async end() {
      if (!stream.destroyed) stream.end();
      await closed;
      if (stream.bytesWritten < written) throw new Error('more bytes after its end');
    },
    stop: () => void stream.destroy(),
  };
}
