import type { HttpBindings } from '@hono/node-server';
import type { Client } from '../guard/keys.ts';
import type { Job } from '../jobs/job.ts';

/** What is known of a request while it is handled. */
export interface Env {
  Bindings: Partial<HttpBindings>; // none for requests that come over no connection, as in tests
  Variables: {
    client?: Client; // once it was let in
    arrived?: { readonly at: number; readonly bytes: number }; // its body: time of now(), bytes after decompression
    job?: Job; // that it became
  };
}
