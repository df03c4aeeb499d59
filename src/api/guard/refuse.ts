import type { Problem, ProblemCode } from '../problem.ts';

/** Headers that go with a problem whatever caused it. */
const HEADERS: { readonly [code in ProblemCode]?: Readonly<Record<string, string>> } = {
  unauthorized: { 'www-authenticate': 'Bearer realm="placewright"' },
  unsupported_media_type: { accept: 'application/json', 'accept-encoding': 'gzip, deflate, br' },
  timeout: { connection: 'close' },
  overloaded: { 'retry-after': '1' },
};

/** The response that carries a problem document. */
export const refuse = (document: Problem, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(document), {
    status: document.status,
    headers: { 'content-type': 'application/problem+json', ...HEADERS[document.code], ...headers },
  });

/** Tells a problem from what would have been there without one. */
export const isProblem = (value: object): value is Problem => 'code' in value && 'faultsLeftOut' in value;
