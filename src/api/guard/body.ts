import { type Problem, problem } from '../problem.ts';
import { type Decoder, decoderFor, ENCODINGS } from './encodings.ts';
import type { Room } from './room.ts';

/** Bytes of a body after decompression, as they came. */
export interface Body {
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
}

export interface BodyLimits {
  /** Largest body, in bytes, before and after decompression. */
  readonly maxBodyBytes: number;
  /** Milliseconds within which the whole of it must have arrived. */
  readonly requestTimeoutMs: number;
  /** Room for all bodies that arrive at the same time; given back when reading ends. Default: without end. */
  readonly room?: Room;
}

/** What is read and thrown away of a body that is too large, so that its sender gets to read the answer. */
const DISCARDED = 4;

/** Reads a JSON body, decompressed, or tells why it is not taken. Never holds more than the limit. */
export async function readBody(request: Request, limits: BodyLimits): Promise<Body | Problem> {
  const type = request.headers.get('content-type');
  if (type !== null && !/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) {
    return problem(
      'unsupported_media_type',
      `Expected content-type application/json, found "${type.slice(0, 100)}". Maybe add -H 'content-type: application/json'.`,
    );
  }
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  const reading = new Reading(encoding, limits);
  if (!reading.decoder) {
    return problem(
      'unsupported_media_type',
      `Expected content-encoding ${ENCODINGS.join(', ')} or none, found "${encoding.slice(0, 100)}". Maybe send it uncompressed.`,
    );
  }
  const declared = Number(request.headers.get('content-length'));
  if (declared > limits.maxBodyBytes) reading.refuse(tooLarge(limits.maxBodyBytes));
  return reading.run(request.body);
}

/** One body on its way in. Once something is wrong with it nothing is kept, and the rest passed over. */
class Reading {
  readonly decoder: Decoder | null;
  readonly #limits: BodyLimits;
  readonly #encoding: string;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #refusal: Problem | null = null;

  constructor(encoding: string, limits: BodyLimits) {
    this.#encoding = encoding;
    this.#limits = limits;
    this.decoder = decoderFor(encoding, (chunk) => this.#take(chunk));
  }

  /** Keeps nothing from here on. */
  refuse(refusal: Problem): void {
    if (this.#refusal) return;
    this.#refusal = refusal;
    this.decoder?.stop();
    this.#limits.room?.give(this.#bytes);
    this.#chunks = [];
    this.#bytes = 0;
  }

  async run(source: ReadableStream<Uint8Array> | null): Promise<Body | Problem> {
    await this.#read(source);
    const body = { chunks: this.#chunks, bytes: this.#bytes };
    this.#limits.room?.give(this.#bytes);
    return this.#refusal ?? body;
  }

  /** Reads to the end, or until the time is up, the client is gone or too much was thrown away. */
  async #read(source: ReadableStream<Uint8Array> | null): Promise<void> {
    const { requestTimeoutMs, maxBodyBytes } = this.#limits;
    const reader = source?.getReader();
    const timer = setTimeout(() => {
      this.refuse(
        problem('timeout', `Expected the whole body within ${requestTimeoutMs} ms, found less. Maybe compress it.`),
      );
      reader?.cancel().catch(() => {});
    }, requestTimeoutMs);
    try {
      let arrived = 0;
      for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
        arrived += read.value.byteLength;
        if (arrived > maxBodyBytes) this.refuse(tooLarge(maxBodyBytes));
        if (arrived > DISCARDED * maxBodyBytes) break;
        if (!this.#refusal) await this.#decode(() => this.decoder?.write(read!.value!));
      }
      if (!this.#refusal) await this.#decode(() => this.decoder?.end());
    } catch {
      this.refuse(
        problem('malformed_body', 'Expected the whole body, found the connection closed. Maybe send it again.'),
      );
    } finally {
      clearTimeout(timer);
      reader?.cancel().catch(() => {});
    }
  }

  async #decode(step: () => Promise<void> | undefined): Promise<void> {
    try {
      await step();
    } catch (error) {
      const words = error instanceof Error ? error.message.slice(0, 80) : 'an error';
      this.refuse(
        problem(
          'malformed_body',
          `Expected a body of content-encoding ${this.#encoding.slice(0, 20)}, found: ${words}. Maybe it was cut off, or is not compressed at all.`,
        ),
      );
    }
  }

  #take(chunk: Uint8Array): void {
    if (this.#refusal) return;
    const { maxBodyBytes, room } = this.#limits;
    if (this.#bytes + chunk.byteLength > maxBodyBytes) this.refuse(tooLarge(maxBodyBytes));
    else if (room && !room.take(chunk.byteLength)) this.refuse(crowded());
    else {
      this.#bytes += chunk.byteLength;
      this.#chunks.push(chunk);
    }
  }
}

const crowded = (): Problem =>
  problem('overloaded', 'Expected fewer bodies at the same time, found no room for this one. Maybe try again soon.');

const tooLarge = (limit: number): Problem =>
  problem(
    'too_large',
    `Expected at most ${limit} bytes (maxBodyBytes), after decompression too, found more. Maybe fold identical tasks and nodes with \`count\`, give \`on\` by kind instead of a \`times\` matrix, or split the window.`,
  );
