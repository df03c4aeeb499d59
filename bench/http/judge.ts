import { readyWindow } from '../../dist/model/parse.js';
import { verify } from '../../dist/model/verifier.js';
import type { Body } from './bodies.ts';
import type { Report } from './soak-client.ts';

/** What is wrong with sampled answers: rules broken, a cost that is not the plan's, a bound above it. */
export function faultsOf(sampled: Report['sampled'], bodies: ReadonlyMap<string, Body>): string[] {
  return sampled.flatMap(({ call, answer: text }) => {
    const answer = JSON.parse(text);
    const ready = readyWindow(bodies.get(`${call.size} ${call.seed}`)!.window);
    if (!ready.ok) throw new Error('a window of the load is refused');
    const { breaches, objective } = verify(ready.value, answer.assignments);
    const faults = breaches.filter(({ code }) => code !== 'unplaced').map(({ detail }) => detail);
    const tolerance = 1e-6 * Math.max(1, Math.abs(objective));
    if (!(Math.abs(answer.objective - objective) <= tolerance))
      faults.push(`it says its cost is ${answer.objective}, it is ${objective}`);
    if (answer.bound > objective + tolerance) faults.push(`its bound ${answer.bound} is above its cost ${objective}`);
    return faults.map((fault) => `request ${call.number}: ${fault}`);
  });
}
