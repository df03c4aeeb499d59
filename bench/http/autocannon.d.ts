/** What is used here of autocannon, which brings no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  interface Options {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
    readonly connections: number;
    readonly duration: number; // seconds
    readonly timeout: number; // seconds, of one request
  }

  interface Result {
    readonly errors: number; // connections that broke, and timeouts
    readonly duration: number; // seconds
  }

  /** Emits `response` with the client, the status, the bytes and the milliseconds of each answer. */
  export default function autocannon(options: Options): EventEmitter & PromiseLike<Result>;
}
