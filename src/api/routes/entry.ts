import type { Context } from 'hono';
import { now } from '../../solver/budget.ts';
import { type BodyLimits, readBody } from '../guard/body.ts';
import { isProblem, refuse } from '../guard/refuse.ts';
import type { Env } from './env.ts';
import { urgencyOf } from './preferences.ts';

/** A request whose body was read: whose it is, how urgent, and what it holds. */
export interface Entered {
  readonly client: string;
  readonly urgency: number;
  readonly body: readonly Uint8Array[];
  /** Time of now() of the last byte. */
  readonly started: number;
}

/** Reads the body of a request that was admitted; a response says why it is not taken. */
export async function enter(context: Context<Env>, limits: BodyLimits): Promise<Entered | Response> {
  const body = await readBody(context.req.raw, limits);
  if (isProblem(body)) return refuse(body);
  const { name, urgency } = context.get('client')!;
  const started = now();
  context.set('arrived', { at: started, bytes: body.bytes });
  return {
    client: name,
    urgency: urgencyOf(context.req.header('priority'), urgency),
    body: body.chunks,
    started,
  };
}
