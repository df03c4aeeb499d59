import { afterAll, describe, expect, it } from 'vitest';
import type { Answer } from '../dist/model/answer.js';
import { mayRun, pairings } from '../dist/model/pairing.js';
import { freeOf, nodeCopies } from '../dist/model/rules.js';
import type { Window } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { exhaustive } from './support/exhaustive.ts';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
afterAll(() => engines.close());

type Conflict = NonNullable<Answer['conflicts']>[number];

/** A window with nothing but some of its constraints, as the answer tells them. */
function only(window: Window, kept: readonly Conflict[]): Window {
  const has = (wanted: Partial<Conflict>) =>
    kept.some((each) => Object.entries(wanted).every(([field, value]) => each[field as keyof Conflict] === value));
  const placed = window.tasks.map(({ id }) => has({ kind: 'task', task: id }));
  const taints = window.nodes.flatMap((node) => node.taints);
  const tasks = window.tasks
    .filter((_, i) => placed[i])
    .map((task) => ({
      ...task,
      requires: Object.fromEntries(
        Object.entries(task.requires ?? {}).filter(([label]) => has({ kind: 'requires', task: task.id, label })),
      ),
      tolerates: has({ kind: 'taint', task: task.id }) ? task.tolerates : taints,
      pinned: task.pinned && has({ kind: 'pinned', task: task.id }),
    }));
  const nodes = window.nodes.map((node) => ({
    ...node,
    drain: node.drain && has({ kind: 'drain', node: node.id }),
    capacity: has({ kind: 'capacity', node: node.id }) ? node.capacity : { cpu: 1e6, memory: 1e6, gpu: 1e6 },
  }));
  const groups = Object.fromEntries(
    Object.entries(window.groups).map(([group, { maxPer, gang, ...rules }]) => {
      const size = tasks.reduce((sum, task) => (task.group === group ? sum + task.count : sum), 0);
      const whole = typeof gang === 'number' && gang > size ? true : gang;
      const told = Object.entries({ ...rules, gang: whole }).filter(([rule]) => has({ kind: 'group', group, rule }));
      const limits = (maxPer ?? []).filter(({ label }) => has({ kind: 'group', group, rule: 'maxPer', label }));
      return [group, { ...Object.fromEntries(told), maxPer: limits }];
    }),
  );
  const { maxMoves, times, ...rest } = window;
  return {
    ...rest,
    ...(times ? { times: times.filter((_, i) => placed[i]) } : {}),
    ...(maxMoves !== undefined && has({ kind: 'max-moves' }) ? { maxMoves } : {}),
    tasks,
    nodes,
    groups,
    unplaced: 'allow',
  };
}

const fits = (window: Window) => exhaustive(window).unplaced.every((copies) => copies === 0);

describe('an infeasible window', () => {
  it('is told an irreducible conflict, by exhaustive search', async () => {
    const wrong: string[] = [];
    const kinds = new Set<string>();
    let told = 0;
    for (let seed = 1; told < 100; seed++) {
      const window = ready({ ...ruledWindow(seed), unplaced: 'forbid', deadlineMs: 20_000 });
      const { status, conflicts } = await solve(window, { engines });
      if (status !== 'infeasible') continue;
      told++;
      if (!conflicts) {
        wrong.push(`seed ${seed}: none found`);
        continue;
      }
      for (const { kind } of conflicts) kinds.add(kind);
      const words = conflicts.map(({ detail }) => detail).join(', ');
      if (fits(only(window, conflicts))) wrong.push(`seed ${seed}: ${words} can all hold`);
      for (const one of conflicts)
        if (
          !fits(
            only(
              window,
              conflicts.filter((other) => other !== one),
            ),
          )
        )
          wrong.push(`seed ${seed}: without "${one.detail}" the rest of ${words} still conflicts`);
    }
    expect(wrong).toEqual([]);
    expect(kinds.size).toBeGreaterThan(5);
  });

  it('is told what is short even for fractions, by adding up', async () => {
    let told = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const window = ready({ ...ruledWindow(seed), unplaced: 'forbid', work: 100 });
      const { shortages } = await solve(window, { engines });
      const copies = nodeCopies(window);
      const pairing = pairings(window, (name) => copies.has(name));
      for (const { resource, short, demanded, free, tasks, nodes } of shortages ?? []) {
        const names = new Set(nodes ?? copies.keys());
        let [demand, many, room] = [0, 0, 0];
        window.tasks.forEach((task, i) => {
          const places = [...copies.values()].filter((node) => mayRun(window, i, node, pairing(i, node).demand));
          if (places.length === 0 || places.some(({ id }) => !names.has(id))) return;
          many++;
          demand += task.count * Math.min(...places.map((node) => pairing(i, node).demand[resource] ?? 0));
        });
        for (const { entry, id } of copies.values()) if (names.has(id)) room += freeOf(entry, resource);
        expect([many, names.size > 0]).toEqual([tasks, true]);
        expect(demanded).toBeCloseTo(demand, 6);
        expect(free).toBeCloseTo(room, 6);
        expect(short).toBeCloseTo(demand - room, 6);
        expect(short).toBeGreaterThan(0);
        told++;
      }
    }
    expect(told).toBeGreaterThan(30);
  });
});
