import { describe, expect, it } from 'vitest';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import { type Assignment, scoreOf } from '../dist/model/assignment.js';
import { costDual, dualValue } from '../dist/model/dual.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { loadsOf, roomFor } from '../dist/model/loads.js';
import { random } from '../dist/model/random.js';
import type { WindowInput } from '../dist/model/window.js';
import { planOf, verifyPlan } from '../dist/solver/answer-lines.js';
import { randomWindow } from './support/random-window.ts';
import { ready } from './support/windows.ts';

const windows = (count: number) =>
  Array.from({ length: count }, (_, seed) =>
    buildInstance(
      ready(
        randomWindow(seed + 1, {
          mode: seed % 3 === 0 ? 'divisible' : 'integral',
          mostTasks: 12,
          mostNodes: 6,
          mostCopies: 5,
        }),
      ),
    ),
  );

function place(
  name: string,
  instance: Instance,
  seed?: number,
): { assignment: Assignment; shortages: ReadonlyMap<number, readonly object[]> } {
  return HEURISTICS.get(name)!.place(instance, seed === undefined ? {} : { seed })!;
}

/** Where a rule puts things: "task@node×copies" lines. */
function plan(name: string, raw: WindowInput): string[] {
  const instance = buildInstance(ready(raw));
  return planOf(instance, place(name, instance).assignment).map(
    ({ task, node, copies }) => `${task}@${node}${copies === 1 ? '' : `×${copies}`}`,
  );
}

describe.each([...HEURISTICS.keys()])('%s', (name) => {
  it('keeps every rule and leaves nothing out that would still fit: 200 random windows, both modes', () => {
    for (const instance of windows(200)) {
      const { assignment, shortages } = place(name, instance);
      expect(verifyPlan(instance.window, planOf(instance, assignment))).not.toBeNull();
      const loads = loadsOf(instance, assignment.placements);
      for (let i = 0; i < instance.tasks; i++) {
        if (assignment.unplaced[i] === 0) {
          expect(shortages.has(i)).toBe(false);
          continue;
        }
        // what is short was counted, on as many nodes as the task may run on at all
        expect(shortages.has(i)).toBe(true);
        const { pairs, nodes } = instance;
        const may = Array.from(pairs.node.subarray(pairs.start[i], pairs.start[i + 1])).reduce(
          (sum, q) => sum + instance.size[q]!,
          0,
        );
        expect(
          Math.max(0, ...shortages.get(i)!.map((reason) => (reason as { nodes: number }).nodes)),
        ).toBeLessThanOrEqual(may);
        expect(shortages.get(i)!.length > 0).toBe(may > 0);
        for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
          const q = pairs.node[p]!;
          for (const copy of nodes.member.subarray(nodes.memberStart[q], nodes.memberStart[q + 1])) {
            expect(roomFor(instance, loads, p, copy)).toBeLessThan(instance.divisible ? 2e-6 * instance.count[i]! : 1);
          }
        }
      }
    }
  });

  it('is deterministic', () => {
    for (const instance of windows(20)) expect(place(name, instance, 5)).toEqual(place(name, instance, 5));
  });

  it('beats no bound', () => {
    const next = random(3);
    for (const instance of windows(60)) {
      const { assignment } = place(name, instance);
      const prices = Float64Array.from({ length: instance.nodes.classes * instance.width }, () => next());
      const { value } = dualValue(instance, costDual(instance, assignment.unplaced), prices);
      const { cost } = scoreOf(instance, assignment);
      expect(value).toBeLessThanOrEqual(cost + 1e-5 * Math.max(1, cost));
    }
  });

  it('gives up when time is over', () => {
    const many: WindowInput = {
      tasks: Array.from({ length: 400 }, (_, i) => ({ id: `t${i}`, demand: { cpu: 1 } })),
      nodes: Array.from({ length: 300 }, (_, j) => ({ id: `n${j}`, capacity: { cpu: 1 + j } })),
    };
    expect(HEURISTICS.get(name)!.place(buildInstance(ready(many)), { expired: () => true })).toBeNull();
  });
});

describe('the rules differ as their names say', () => {
  const cpu = (id: string, demand: number, more: object = {}) => ({ id, demand: { cpu: demand }, ...more });
  const node = (id: string, capacity: number, more: object = {}) => ({ id, capacity: { cpu: capacity }, ...more });

  it('first-fit takes tasks as given, priority the highest first', () => {
    const raw = { tasks: [cpu('low', 2), cpu('high', 2, { priority: 5 })], nodes: [node('x', 2)] };
    expect(plan('first-fit', raw)).toEqual(['low@x']);
    expect(plan('priority', raw)).toEqual(['high@x']);
  });

  it('priority puts running tasks before new ones of the same priority, protected ones before all', () => {
    const raw = {
      tasks: [
        cpu('new', 2, { priority: 1 }),
        cpu('running', 2, { priority: 1, current: 'x', preemptible: true }),
        cpu('kept', 2, { priority: -9, current: 'y' }),
      ],
      nodes: [node('x', 2), node('y', 2)],
    };
    expect(plan('priority', raw)).toEqual(['running@y', 'kept@x']);
  });

  it('largest-demand-first packs what first-fit leaves out', () => {
    const raw = { tasks: [cpu('s', 1), cpu('l', 3), cpu('m', 2), cpu('n', 2)], nodes: [node('x', 4), node('y', 4)] };
    expect(plan('largest-demand-first', raw)).toEqual(['s@x', 'l@x', 'm@y', 'n@y']);
  });

  it('shortest-job-first looks at the whole job, shortest-remaining-time-first at what is left', () => {
    const raw = {
      tasks: [cpu('short', 1, { duration: 10 }), cpu('nearly done', 1, { duration: 100, remaining: 1 })],
      nodes: [node('x', 1)],
    };
    expect(plan('shortest-job-first', raw)).toEqual(['short@x']);
    expect(plan('shortest-remaining-time-first', raw)).toEqual(['nearly done@x']);
  });

  it('fastest-node looks at time, not at order', () => {
    expect(
      plan('fastest-node', {
        tasks: [cpu('a', 1), cpu('b', 1)],
        nodes: [node('slow', 9), node('fast', 1, { speed: 3 })],
      }),
    ).toEqual(['a@fast', 'b@slow']);
  });

  it('best-fit fills the fullest node, worst-fit the emptiest', () => {
    const raw = {
      tasks: [cpu('a', 1, { count: 2 })],
      nodes: [node('x', 8), node('y', 8, { used: { cpu: 5 } }), node('z', 8, { used: { cpu: 1 } })],
    };
    expect(plan('best-fit', raw)).toEqual(['a@y×2']);
    expect(plan('worst-fit', raw)).toEqual(['a@x×2']);
  });

  it('kube-least-allocated spreads by the share free after placing', () => {
    // after one copy: x (4 − 1) / 4 = 0.75 free, y (16 − 6 − 1) / 16 = 0.56; the second: x 0.5, y 0.56
    expect(
      plan('kube-least-allocated', {
        tasks: [cpu('a', 1, { count: 2 })],
        nodes: [node('x', 4), node('y', 16, { used: { cpu: 6 } })],
      }),
    ).toEqual(['a@x', 'a@y']);
  });

  it('nomad-binpack maximises 20 − Σ 10^(share free): packed is better, evenly better than lopsided', () => {
    expect(plan('nomad-binpack', { tasks: [cpu('a', 1, { count: 3 })], nodes: [node('x', 8), node('y', 4)] })).toEqual([
      'a@y×3',
    ]);
    // after placing, x has cpu 0 and memory 0.75 free (1 + 5.6), y half of each (3.2 + 3.2)
    const two = {
      tasks: [{ id: 'a', demand: { cpu: 1, memory: 1 } }],
      nodes: [
        { id: 'x', capacity: { cpu: 1, memory: 4 } },
        { id: 'y', capacity: { cpu: 2, memory: 2 } },
      ],
    };
    expect(plan('nomad-binpack', two)).toEqual(['a@y']);
  });

  it('random follows the seed', () => {
    const raw = {
      tasks: [cpu('a', 1, { count: 30 })],
      nodes: Array.from({ length: 30 }, (_, j) => node(`n${j}`, 30 - j)),
    };
    const instance = buildInstance(ready(raw));
    const lines = (seed: number) => planOf(instance, place('random', instance, seed).assignment);
    expect(lines(1)).toEqual(lines(1));
    expect(lines(1)).not.toEqual(lines(2));
  });

  it('price-greedy pays for capacity, and the task that would lose most goes first', () => {
    const raw: WindowInput = {
      objective: 'time',
      tasks: [cpu('a', 1), cpu('b', 1)],
      nodes: [node('x', 1), node('y', 1)],
      times: [
        [1, 2],
        [1, 9],
      ],
    };
    expect(plan('price-greedy', raw)).toEqual(['a@y', 'b@x']);
    const instance = buildInstance(
      ready({
        ...raw,
        times: [
          [1, 2],
          [9, 9],
        ],
      }),
    );
    const prices = Float64Array.from(instance.nodes.representative, ({ id }) => (id === 'x' ? 5 : 0));
    expect(
      planOf(instance, HEURISTICS.get('price-greedy')!.place(instance, { prices })!.assignment).map(({ node }) => node),
    ).toEqual(['x', 'y']);
  });

  it('rules that spread cut divisible tasks, the others fill node by node', () => {
    const raw: WindowInput = {
      mode: 'divisible',
      tasks: [cpu('a', 1, { count: 4 })],
      nodes: [node('x', 3), node('y', 3)],
    };
    expect(plan('first-fit', raw)).toEqual(['a@x×3', 'a@y']);
    expect(plan('worst-fit', raw)).toEqual(['a@x×2', 'a@y×2']);
  });
});
