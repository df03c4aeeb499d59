import { buildInstance, type Instance } from '../model/instance.ts';
import { objectiveOf } from '../model/linear-program.ts';
import type { Contender, Incumbent, Outcome, Task } from './contender.ts';
import type { Peer } from './peers/peer.ts';
import { pose } from './pose.ts';

/**
 * A peer as a contender: windows are posed for it, off its clock, and its points read as plans. Windows with groups or
 * limited moves are not for it: the plain program knows neither.
 */
export function peerContender(peer: Peer, version: string): Contender {
  return {
    version,
    run: async (task) => {
      const instance = buildInstance(task.window);
      if (instance.rules) return null;
      return task.everything ? placeEverything(peer, instance, task) : placeMost(peer, instance, task);
    },
  };
}

async function placeEverything(peer: Peer, instance: Instance, { seconds }: Task): Promise<Outcome | null> {
  const { program, plan } = pose(instance, 'everything');
  const incumbents: Incumbent[] = [];
  const answer = await peer.solve(program, {
    seconds,
    onIncumbent: (x, after) => incumbents.push({ ms: 1000 * after, cost: objectiveOf(program, x), unplaced: 0 }),
  });
  if (!answer) return null;
  const { status, cost, bound, x, ms } = answer;
  if (x && cost !== null) incumbents.push({ ms, cost, unplaced: 0 });
  return { status, cost, bound, plan: x ? plan(x) : null, ms, incumbents };
}

/**
 * Tier by tier, then the cost: the program of a tier may take half of the time left, that of the cost all of it. The
 * point of the last program that has one is the answer; its bound counts when every tier was proven.
 */
async function placeMost(peer: Peer, instance: Instance, { seconds }: Task): Promise<Outcome | null> {
  const copies = instance.count.reduce((sum, count) => sum + count, 0);
  const held: number[] = [];
  let tiersProven = true;
  let ms = 0;
  let last: Omit<Outcome, 'ms'> = { status: 'unknown', cost: null, bound: null, plan: null, incumbents: [] };
  for (let t = 0; t <= instance.tiers.length; t++) {
    const tier = t < instance.tiers.length ? t : null;
    const { program, plan } = pose(instance, { tier, held });
    const left = seconds - ms / 1000;
    if (left < 0.01) break;
    const answer = await peer.solve(program, { seconds: tier === null ? left : left / 2 });
    if (!answer) return null;
    ms += answer.ms;
    if (!answer.x || answer.cost === null) break;
    const points = plan(answer.x);
    if (tier !== null) {
      held.push(instance.divisible ? answer.cost * (1 + 1e-9) : Math.round(answer.cost));
      tiersProven &&= answer.status === 'optimal';
      last = { status: 'feasible', cost: null, bound: null, plan: points, incumbents: [] };
    } else {
      const unplaced = points.reduce((short, line) => short - line.copies, copies);
      last = {
        status: tiersProven ? answer.status : 'feasible',
        cost: answer.cost,
        bound: tiersProven ? answer.bound : null,
        plan: points,
        incumbents: [{ ms, cost: answer.cost, unplaced }],
      };
    }
  }
  return { ...last, ms };
}
