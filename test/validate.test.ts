import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_CODES } from '../dist/model/faults.js';
import { parseJson, readyWindow } from '../dist/model/parse.js';
import { validateWindow } from '../dist/model/validate.js';
import { warningsOf } from '../dist/model/warnings.js';
import { randomWindow } from './support/random-window.ts';
import { ready, twoTasks } from './support/windows.ts';

/** Faults of a body as "code pointer" lines, sorted. */
function faults(raw: unknown): string[] {
  const validated = validateWindow(raw);
  return validated.ok ? [] : validated.faults.map(({ code, pointer }) => `${code} ${pointer}`).sort();
}
const task = (fields: object) => ({ ...twoTasks, tasks: [{ id: 'a', demand: { cpu: 1 }, ...fields }] });
const node = (fields: object) => ({ ...twoTasks, nodes: [{ id: 'x', capacity: { cpu: 1 }, ...fields }] });
const deep = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('a window', () => {
  it('gets its defaults', () => {
    const { tasks, nodes, ...rest } = ready({ tasks: twoTasks.tasks, nodes: twoTasks.nodes });
    expect(rest).toMatchObject({
      name: null,
      mode: 'integral',
      unplaced: 'allow',
      deadlineMs: 1000,
      work: null,
      gap: 0,
      engine: 'auto',
      seed: 1,
      compare: false,
    });
    expect(tasks[0]).toMatchObject({ count: 1, weight: 1, priority: 0, pinned: false, tolerates: [] });
    expect(nodes[1]).toMatchObject({ count: 1, speed: 1, price: 1, drain: false, labels: {} });
  });

  it('may be empty', () => {
    expect(faults({ tasks: [], nodes: [] })).toEqual([]);
  });

  it('is told all its faults at once, each with place, expectation, finding and hint', () => {
    const validated = validateWindow({
      tasks: [
        { id: 'a', demnd: { cpu: 2 } },
        { id: 'a', demand: { cpu: -1 }, pinned: true },
      ],
      nodes: [{ id: 'x', capacity: { cpu: '4' } }],
      mode: 'integrl',
      times: [[1, 'fast']],
    });
    expect(validated.ok).toBe(false);
    if (validated.ok) return;
    expect(validated.faults.map(({ code, pointer }) => `${code} ${pointer}`).sort()).toEqual([
      'duplicate_id /tasks/1/id',
      'missing_field /tasks/0/demand',
      'out_of_range /tasks/1/demand/cpu',
      'pinned_without_current /tasks/1/pinned',
      'unknown_field /tasks/0/demnd',
      'unknown_value /mode',
      'wrong_shape /times',
      'wrong_shape /times/0',
      'wrong_type /nodes/0/capacity/cpu',
      'wrong_type /times/0/1',
    ]);
    for (const { expected, found, hint } of validated.faults) {
      expect(expected).not.toBe('');
      expect(found).not.toBe('');
      expect(hint).toMatch(/^Maybe .*\.$/);
    }
    const hintAt = (pointer: string) => validated.faults.find((fault) => fault.pointer === pointer)!.hint;
    expect(hintAt('/tasks/0/demnd')).toBe('Maybe "demand".');
    expect(hintAt('/mode')).toBe('Maybe "integral".');
    expect(hintAt('/nodes/0/capacity/cpu')).toBe('Maybe 4, without quotes.');
  });

  it.each<[string, unknown, string[]]>([
    ['a list', [], ['wrong_type ']],
    ['null', null, ['wrong_type ']],
    ['nothing in it', {}, ['missing_field /nodes', 'missing_field /tasks']],
    ['a number too large', task({ demand: { cpu: 1e308 } }), ['out_of_range /tasks/0/demand/cpu']],
    ['Infinity', node({ capacity: { cpu: Number.POSITIVE_INFINITY } }), ['out_of_range /nodes/0/capacity/cpu']],
    [
      'an object in place of a text, with a length and no text of its own',
      task({ current: { length: null, toString: 1 } }),
      ['out_of_range /tasks/0/current', 'wrong_type /tasks/0/current'],
    ],
    ['NaN', node({ speed: Number.NaN }), ['out_of_range /nodes/0/speed']],
    ['an amount lost in rounding', task({ demand: { cpu: 1e-300 } }), ['out_of_range /tasks/0/demand/cpu']],
    ['no duration', task({ duration: 0 }), ['out_of_range /tasks/0/duration']],
    ['half a copy', task({ count: 1.5 }), ['not_whole /tasks/0/count']],
    ['a priority beyond whole numbers', task({ priority: 1e300 }), ['out_of_range /tasks/0/priority']],
    ['an endless id', task({ id: 'a'.repeat(1e6) }), ['too_long /tasks/0/id']],
    ['an empty id', task({ id: '' }), ['too_long /tasks/0/id']],
    [
      'a reserved resource',
      task({ demand: JSON.parse('{"__proto__":1}') }),
      ['reserved_name /tasks/0/demand/__proto__'],
    ],
    [
      'another reserved resource',
      node({ capacity: { constructor: 1 } }),
      ['reserved_name /nodes/0/capacity/constructor'],
    ],
    ['a reserved id', task({ id: 'toString' }), ['reserved_name /tasks/0/id']],
    ['a reserved label', node({ labels: { node: 'y' } }), ['reserved_name /nodes/0/labels/node']],
    [
      'an unknown operator',
      task({ requires: { cores: { atLeast: 2 } } }),
      ['unknown_field /tasks/0/requires/cores/atLeast'],
    ],
    ['a rule that is null', task({ requires: { zone: null } }), ['wrong_type /tasks/0/requires/zone']],
    ['a limit that is text', task({ requires: { cores: { min: '8' } } }), ['wrong_type /tasks/0/requires/cores/min']],
    [
      'an operator without meaning for ids',
      task({ requires: { node: { min: 3 } } }),
      ['unknown_value /tasks/0/requires/node/min'],
    ],
    ['a field in `on` that is unknown', task({ on: { x: { speed: 2 } } }), ['unknown_field /tasks/0/on/x/speed']],
    ['deep nesting', task({ demand: { cpu: deep(10_000) } }), ['wrong_type /tasks/0/demand/cpu']],
    ['deep nesting at the top', deep(10_000), ['wrong_type ']],
    ['a group that is not there', task({ group: 'web' }), ['unknown_group /tasks/0/group']],
    [
      'a group apart from itself',
      { ...twoTasks, groups: { web: { apartFrom: ['web'] } } },
      ['group_apart_from_itself /groups/web/apartFrom/0'],
    ],
    [
      'a gang larger than its group',
      { ...twoTasks, groups: { web: { gang: 3 } } },
      ['gang_too_large /groups/web/gang'],
    ],
    [
      'a group rule without meaning for fractions',
      { ...twoTasks, mode: 'divisible', groups: { web: { together: 'zone' } } },
      ['group_rule_not_divisible /groups/web/together'],
    ],
    [
      'ids that collide after unfolding',
      {
        ...twoTasks,
        nodes: [
          { id: 'n', count: 2, capacity: {} },
          { id: 'n#1', capacity: {} },
        ],
      },
      ['duplicate_id /nodes/1/id'],
    ],
    [
      'an id that only looks like a copy',
      {
        ...twoTasks,
        nodes: [
          { id: 'n', count: 2, capacity: {} },
          { id: 'n#2', capacity: {} },
          { id: 'n#01', capacity: {} },
        ],
      },
      [],
    ],
    ['a deadline of nothing', { ...twoTasks, deadlineMs: 0 }, ['out_of_range /deadlineMs']],
    ['more nodes than unfold', node({ count: 200_000, id: 'y' }), []],
  ])('with %s', (_, raw, expected) => {
    expect(faults(raw)).toEqual(expected);
  });

  it('may demand what no node could ever hold, and name in `on` what no node bears', () => {
    const window = ready(
      task({ demand: { cpu: 1e6, fpga: 1 }, on: { 'm5.large': { duration: 2 }, x: { duration: 1 } } }),
    );
    expect(warningsOf(window)).toEqual([
      { code: 'unknown_place', pointer: '/tasks/0/on/m5.large', detail: expect.stringContaining('m5.large') },
      { code: 'unknown_resource', pointer: '/tasks/0/demand/fpga', detail: 'No node has the resource "fpga".' },
    ]);
  });

  it('never makes validation throw, whatever a field is replaced by', () => {
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(1e308, -1, Number.NaN, '__proto__', [], {}),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), anything, (seed, at, value) => {
        const raw = structuredClone(randomWindow(seed)) as unknown as Record<string, unknown>;
        const places: [Record<string, unknown>, string][] = [];
        const walk = (object: Record<string, unknown>) => {
          for (const key of Object.keys(object)) {
            places.push([object, key]);
            if (object[key] !== null && typeof object[key] === 'object') walk(object[key] as Record<string, unknown>);
          }
        };
        walk(raw);
        const [object, key] = places[at % places.length]!;
        object[key] = value;
        const parsed = readyWindow(raw);
        if (parsed.ok) return;
        for (const fault of parsed.refusal.faults) {
          expect(Object.keys(FAULT_CODES)).toContain(fault.code);
          expect(fault.pointer).toMatch(/^(\/|$)/);
          expect(fault.hint).toMatch(/^Maybe /);
        }
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});

describe('text that is not JSON', () => {
  it.each(['', ' ', '{', '{"tasks": [1,]}', 'NaN', '\u0000'])('is a refusal: %j', (text) => {
    const parsed = parseJson(text);
    expect(parsed).toMatchObject({
      ok: false,
      refusal: { code: 'malformed_json', detail: expect.stringMatching(/^Expected a JSON document, found.*Maybe/) },
    });
  });
});
