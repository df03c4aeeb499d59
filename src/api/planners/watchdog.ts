import { Socket } from 'node:net';
import { LIFELINE } from './descriptors.ts';

/**
 * The body of a thread that ends its planner once the service is gone. The planner's own thread does so too, unless it is
 * in a loop without end, in which it never hears of anything.
 */
const service = new Socket({ fd: LIFELINE, readable: true, writable: false });
service.on('error', () => {}); // `close` follows
service.on('close', () => process.kill(process.pid, 'SIGKILL'));
service.resume();
