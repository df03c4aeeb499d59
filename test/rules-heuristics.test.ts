import { beforeAll, describe, expect, it } from 'vitest';
import { HEURISTICS } from '../dist/heuristics/heuristics.js';
import type { Answer } from '../dist/model/answer.js';
import { type Assignment, scoreOf } from '../dist/model/assignment.js';
import { buildInstance, type Instance } from '../dist/model/instance.js';
import { loadsOf, roomFor } from '../dist/model/loads.js';
import { sideStateOf } from '../dist/model/side-state.js';
import { verify } from '../dist/model/verifier.js';
import type { WindowInput } from '../dist/model/window.js';
import { planOf } from '../dist/solver/answer-lines.js';
import { type Judge, loadJudge } from './support/judge.ts';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

let judge: Judge | null = null;
beforeAll(async () => {
  judge = await loadJudge();
});

/** What the judge needs to see of an assignment. */
function answerOf(instance: Instance, assignment: Assignment): Answer {
  const { window } = instance;
  return {
    status: 'feasible',
    stop: 'deadline',
    objective: scoreOf(instance, assignment).cost,
    bound: null,
    gap: null,
    assignments: planOf(instance, assignment),
    unplaced: window.tasks.flatMap(({ id }, i) =>
      assignment.unplaced[i]! > 0 ? [{ task: id, copies: assignment.unplaced[i] }] : [],
    ),
  } as unknown as Answer;
}

/** Copies left out that would still fit where they are, of tasks that no gang may have kept out. */
function stranded(instance: Instance, assignment: Assignment): string[] {
  const { pairs, nodes, rules } = instance;
  const loads = loadsOf(instance, assignment.placements);
  const sides = sideStateOf(instance, assignment.placements);
  const found: string[] = [];
  for (let i = 0; i < instance.tasks; i++) {
    if (assignment.unplaced[i] === 0) continue;
    if (rules && rules.groupOf[i]! >= 0 && rules.groups[rules.groupOf[i]!]!.gang > 1) continue;
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const q = pairs.node[p]!;
      for (const copy of nodes.member.subarray(nodes.memberStart[q], nodes.memberStart[q + 1])) {
        const room = Math.min(roomFor(instance, loads, p, copy), sides?.room(i, copy) ?? Number.POSITIVE_INFINITY);
        if (room >= (instance.divisible ? 1e-6 * instance.count[i]! : 1)) found.push(`task ${i} on copy ${copy}`);
      }
    }
  }
  return found;
}

function faultsOf(seed: number, raw: WindowInput): string[] {
  const allowed = { ...raw, unplaced: 'allow' as const };
  const window = ready(allowed);
  const instance = buildInstance(window);
  const faults: string[] = [];
  for (const heuristic of HEURISTICS.values()) {
    const tell = (what: string) => faults.push(`seed ${seed}, ${heuristic.name}: ${what}`);
    const { assignment } = heuristic.place(instance)!;
    for (const { code, detail } of verify(window, planOf(instance, assignment)).breaches) tell(`${code} ${detail}`);
    for (const fault of judge?.(allowed, answerOf(instance, assignment)).faults ?? []) tell(fault);
    for (const what of stranded(instance, assignment)) tell(`would still fit: ${what}`);
  }
  return faults;
}

describe('every heuristic keeps every rule, and leaves nothing out that would still fit', () => {
  it('on 500 small windows, both modes', () => {
    const faults: string[] = [];
    for (let seed = 1; seed <= 500; seed++)
      faults.push(...faultsOf(seed, ruledWindow(seed, { mode: seed % 4 === 0 ? 'divisible' : 'integral' })));
    expect(faults).toEqual([]);
  });

  it('on 100 windows of up to 40 tasks × 12 nodes, entries of up to 30 copies', () => {
    const faults: string[] = [];
    for (let seed = 1; seed <= 100; seed++) {
      const options = { mostTasks: 40, mostNodes: 12, mostCopies: seed % 2 === 0 ? 30 : 2 };
      faults.push(
        ...faultsOf(seed, ruledWindow(seed, { ...options, mode: seed % 4 === 0 ? 'divisible' : 'integral' })),
      );
    }
    expect(faults).toEqual([]);
  });
});
