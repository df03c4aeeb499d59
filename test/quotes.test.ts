import { describe, expect, it } from 'vitest';
import { readyQuote } from '../dist/model/quote-body.js';
import { random } from '../dist/model/random.js';
import { type Breach, type PlanLine, verify } from '../dist/model/verifier.js';
import type { Window, WindowInput } from '../dist/model/window.js';
import { quote } from '../dist/solver/quote.js';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

/** A quote of a body that must be fine. */
function quoted(body: unknown) {
  const request = readyQuote(body);
  if (!request.ok) throw new Error(JSON.stringify(request.refusal));
  return quote(request.value);
}

const faultsOf = (body: unknown) => {
  const request = readyQuote(body);
  return request.ok ? [] : request.refusal.faults.map(({ pointer, code }) => `${pointer} ${code}`);
};

const nodesOf = (window: Window) =>
  window.nodes.flatMap(({ id, count }) => Array.from({ length: count }, (_, k) => (count > 1 ? `${id}#${k}` : id)));

/** Copies of the tasks but the last on nodes at random, as long as the verifier finds nothing wrong with them. */
function randomPlan(window: Window, seed: number): PlanLine[] {
  const next = random(seed);
  const nodes = nodesOf(window);
  const plan: PlanLine[] = [];
  for (const { id, count } of window.tasks.slice(0, -1)) {
    if (next() < 0.4) continue;
    const node = nodes[Math.floor(next() * nodes.length)]!;
    const line = { task: id, node, copies: 1 + Math.floor(next() * count) };
    if (verify(window, [...plan, line]).breaches.length === 0) plan.push(line);
  }
  return plan;
}

const small: WindowInput = {
  objective: 'time',
  tasks: [
    { id: 'a', demand: { cpu: 2 }, current: 'x' },
    { id: 'b', demand: { cpu: 1 } },
  ],
  nodes: [
    { id: 'x', capacity: { cpu: 4 }, openCost: 3 },
    { id: 'y', capacity: { cpu: 4 }, openCost: 3, speed: 2 },
    { id: 'z', capacity: { cpu: 1 } },
  ],
};
const task = { id: 'new', demand: { cpu: 2 }, count: 2 };

describe('quotes', () => {
  it('tell where a task fits, what it adds, and why not elsewhere', () => {
    expect(quoted({ window: small, task })).toEqual({
      task: 'new',
      nodes: [
        { node: 'x', cost: 1, opening: 0, time: 1, copies: 1 },
        { node: 'y', cost: 3.5, opening: 3, time: 0.5, copies: 2 },
      ],
      reasons: [{ code: 'too-big', resource: 'cpu', nodes: 1, example: { node: 'z', required: 2, available: 1 } }],
    });
    const plan = [
      { task: 'a', node: 'x', copies: 1 },
      { task: 'b', node: 'x', copies: 1, time: 1, cost: 1 },
    ];
    const full = { code: 'full', resource: 'cpu', nodes: 1, example: { node: 'x', required: 2, available: 1 } };
    const beside = quoted({ window: small, task, plan });
    expect([beside.nodes.map(({ node }) => node), beside.reasons[0]]).toEqual([['y'], full]);
    expect(quoted({ window: small, task, plan: { status: 'optimal', assignments: plan } })).toEqual(beside);
  });

  it('are what the verifier finds once the task is there', () => {
    const seen = { quoted: 0, refused: 0, ruled: 0 };
    for (let seed = 1; seed <= 1500; seed++) {
      const raw = ruledWindow(seed, { mode: seed % 4 === 0 ? 'divisible' : 'integral', mostNodes: 6 });
      const last = raw.tasks.at(-1)!;
      const window = ready({ ...raw, unplaced: 'allow' });
      const plan = randomPlan(window, seed);
      const { times } = raw;
      const others = { ...raw, tasks: raw.tasks.slice(0, -1), unplaced: 'allow' };
      const found = quoted({
        window: times ? { ...others, times: times.slice(0, -1) } : others,
        task: last,
        plan,
        ...(times ? { times: times.at(-1) } : {}),
      });
      const before = verify(window, plan);
      const told = (breaches: readonly Breach[]) => breaches.map(({ detail }) => detail);
      const with_ = (node: string, copies: number) => verify(window, [...plan, { task: last.id, node, copies }]);
      const tell = `seed ${seed}`;
      for (const { node, cost, opening, copies } of found.nodes) {
        const after = with_(node, copies);
        expect([tell, told(after.breaches)]).toEqual([tell, []]);
        expect([tell, after.objective - before.objective]).toEqual([
          tell,
          expect.closeTo(opening + copies * (cost - opening), 6),
        ]);
        if (copies < (last.count ?? 1) && window.mode === 'integral')
          expect([tell, with_(node, copies + 1).breaches.length]).not.toEqual([tell, 0]);
        seen.quoted++;
      }
      const names = new Set(found.nodes.map(({ node }) => node));
      for (const node of nodesOf(window).filter((name) => !names.has(name))) {
        const most = window.mode === 'integral' ? (last.count ?? 1) : 1e-3;
        for (let copies = most; copies > 0; copies--)
          expect([tell, node, with_(node, copies).breaches.length]).not.toEqual([tell, node, 0]);
        expect(found.reasons.length).toBeGreaterThan(0);
        seen.refused++;
      }
      if (found.reasons.some(({ code }) => code.startsWith('group:') || code === 'moves')) seen.ruled++;
    }
    expect(seen.quoted).toBeGreaterThan(800);
    expect(seen.refused).toBeGreaterThan(800);
    expect(seen.ruled).toBeGreaterThan(80);
  });

  it('take the cluster as it is, even where it breaks a rule', () => {
    const drained = { ...small, nodes: small.nodes.map((node) => ({ ...node, drain: node.id === 'x' })) };
    expect(quoted({ window: drained, task }).nodes.map(({ node }) => node)).toEqual(['y']);
    const crammed = { ...small, tasks: [{ id: 'a', demand: { cpu: 9 }, current: 'y' }] };
    expect(quoted({ window: crammed, task }).nodes.map(({ node }) => node)).toEqual(['x']);
  });

  it('tell what is wrong with a body, and where', () => {
    expect(faultsOf({})).toEqual(['/window missing_field', '/task missing_field']);
    expect(faultsOf([])).toEqual([' wrong_type']);
    expect(faultsOf({ window: small, task: { ...task, id: 'a' } })).toEqual(['/task/id duplicate_id']);
    expect(faultsOf({ window: { ...small, mode: 'some' }, task: { id: 'new', demand: { cpu: -1 } } })).toEqual([
      '/task/demand/cpu out_of_range',
      '/window/mode unknown_value',
    ]);
    expect(faultsOf({ window: small, task: { ...task, group: 'web' } })).toEqual(['/task/group unknown_group']);
    const times = [
      [1, 1, 1],
      [1, 1, 1],
    ];
    expect(faultsOf({ window: { ...small, times }, task })).toEqual(['/times wrong_shape']);
    expect(faultsOf({ window: { ...small, times }, task, times: [1, null] })).toEqual(['/times wrong_shape']);
    expect(faultsOf({ window: { ...small, times }, task, times: [1, null, 1] })).toEqual([]);
    expect(faultsOf({ window: small, task, times: [1, 1, 1] })).toEqual(['/times wrong_shape']);
    const plan = [
      { task: 'c', node: 'x', copies: 1 },
      { task: 'a', node: 'w', copies: 1.5 },
      { task: 'a', node: 'x', copies: 2 },
      { task: 'new', node: 'x', copies: 1 },
    ];
    expect(faultsOf({ window: small, task, plan })).toEqual([
      '/plan/0/task unknown_value',
      '/plan/1/node unknown_value',
      '/plan/1/copies not_whole',
      '/plan/2/copies out_of_range',
      '/plan/3/task unknown_value',
    ]);
    expect(faultsOf({ window: small, task, plan: [{ task: 'a' }], plans: [] })).toHaveLength(3);
  });
});
