import { afterAll, describe, expect, it } from 'vitest';
import type { Answer } from '../dist/model/answer.js';
import { readyWindow } from '../dist/model/parse.js';
import { verify } from '../dist/model/verifier.js';
import type { Window, WindowInput } from '../dist/model/window.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { solve } from '../dist/solver/solve.js';
import { ruledWindow } from './support/ruled-window.ts';
import { ready } from './support/windows.ts';

const engines = new EnginePool({ warm: ['glpk', 'highs'] });
afterAll(() => engines.close());

type Repair = NonNullable<Answer['unplaced'][number]['repairs']>[number];

/** A window as sent, after a JSON patch: as RFC 6902 has it, for members of objects and elements taken from lists. */
function repaired(raw: WindowInput, { patch }: Repair): WindowInput {
  const window = structuredClone(raw);
  for (const { op, path, value } of patch) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop()!;
    // biome-ignore lint/suspicious/noExplicitAny: any place of the window
    const parent = steps.reduce<any>((value, step) => value[step], window);
    if (op === 'remove' && !(last in parent)) throw new Error(`nothing to remove at ${path}`);
    if (op === 'remove' && Array.isArray(parent)) parent.splice(Number(last), 1);
    else if (op === 'remove') delete parent[last];
    else parent[last] = value;
  }
  return window;
}

/** The plan of an answer after the changes of a repair. */
function planAfter({ assignments }: Answer, { changes }: Repair) {
  const copies = new Map(assignments.map(({ task, node, copies }) => [JSON.stringify([task, node]), copies]));
  for (const { task, from, to, copies: many } of changes) {
    for (const [node, sign] of [
      [from, -1],
      [to, 1],
    ] as const)
      if (node !== null) {
        const key = JSON.stringify([task, node]);
        copies.set(key, (copies.get(key) ?? 0) + sign * many);
      }
  }
  return [...copies].flatMap(([key, many]) => {
    const [task, node] = JSON.parse(key) as [string, string];
    return Math.abs(many) < 1e-9 ? [] : [{ task, node, copies: many }];
  });
}

/** Unplaced copies by tier. */
const tiersOf = (window: Window, answer: Pick<Answer, 'assignments'>) =>
  new Map(verify(window, answer.assignments).unplaced.map(({ tier, copies }) => [tier, copies]));

/** What is wrong with the repairs of the answer to a window. */
async function faultsOf(
  raw: WindowInput,
  again: boolean,
): Promise<{ faults: string[]; kinds: string[]; bare: number; tasks: number }> {
  const window = ready({ ...raw, explain: true });
  const allowing: WindowInput = { ...raw, unplaced: 'allow', explain: false };
  const first = await solve(window, { engines });
  const answer = first.partial ?? first;
  const faults: string[] = [];
  const kinds: string[] = [];
  const before = tiersOf(ready(allowing), answer);
  let bare = 0;
  for (const { task, copies, repairs } of answer.unplaced) {
    if (again && !repairs) faults.push(`${task}: no repairs in time`);
    if (repairs?.length === 0) bare++;
    for (const repair of repairs ?? []) {
      const tell = (what: string) => faults.push(`${task}, ${repair.detail}: ${what}`);
      kinds.push(repair.kind);
      const parsed = readyWindow(repaired(allowing, repair));
      if (!parsed.ok) {
        tell(parsed.refusal.detail);
        continue;
      }
      const changed = parsed.value;
      const plan = planAfter(answer, repair);
      const verdict = verify(changed, plan);
      for (const { code, detail } of verdict.breaches) tell(`${code} ${detail}`);
      const at = changed.tasks.findIndex(({ id }) => id === task);
      const { amount } = { amount: Math.min(1, copies) };
      if (verdict.unplacedOf[at]! > copies - amount + 1e-6 * changed.tasks[at]!.count) tell('places nothing more');
      const worse = (after: Map<string, number>) => {
        const own = tierOf(changed, at);
        for (const tier of before.keys()) {
          const [was, is] = [before.get(tier)!, after.get(tier) ?? 0];
          if (tier === own) return is < was - 1e-6 ? null : `tier ${tier} leaves ${is} out, ${was} before`;
          if (is > was + 1e-6) return `tier ${tier} leaves ${is} out, ${was} before`;
        }
        return 'no tier is better';
      };
      const after = new Map(verdict.unplaced.map(({ tier, copies: many }) => [tier, many]));
      const fault = worse(after);
      if (fault) tell(fault);
      if (!again) continue;
      const solved = await solve(changed, { engines });
      const left = solved.unplaced.find((line) => line.task === task)?.copies ?? 0;
      const places = left <= copies - Math.min(1, copies) + 1e-6;
      if (!places) {
        const better = worse(tiersOf(changed, solved));
        tell(`solved again: ${left} left of ${copies} ${better ?? 'rival'}`);
      }
    }
  }
  return { faults, kinds, bare, tasks: answer.unplaced.length };
}

function tierOf(window: Window, i: number): string {
  const tiers = verify({ ...window, tasks: [window.tasks[i]!], groups: {}, unplaced: 'allow' } as Window, []).unplaced;
  return tiers[0]!.tier;
}

const FROM = Number(process.env.REPAIRS_FROM ?? 1);
const TO = Number(process.env.REPAIRS_TO ?? 200);

describe('a repair, applied', () => {
  it('places one more copy, no tier before it the worse, in 200 windows solved again', async () => {
    const faults: string[] = [];
    const kinds = new Map<string, number>();
    let tasks = 0;
    let bare = 0;
    let windows = 0;
    for (let seed = FROM; windows < TO - FROM + 1; seed++) {
      const found = await faultsOf({ ...ruledWindow(seed), deadlineMs: 20_000 }, true);
      if (found.tasks === 0) continue;
      windows++;
      tasks += found.tasks;
      bare += found.bare;
      for (const fault of found.faults) faults.push(`seed ${seed}: ${fault}`);
      for (const kind of found.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    if (process.env.REPAIRS_TELL) console.info(tasks, bare, [...kinds]);
    expect(faults).toEqual([]);
    expect(bare).toBeLessThan(0.1 * tasks);
    expect(kinds.size).toBeGreaterThan(7);
  });

  it('keeps every rule in divisible and larger windows', async () => {
    const faults: string[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const options = seed % 2 ? { mode: 'divisible' as const } : { mostTasks: 40, mostNodes: 10, mostCopies: 4 };
      const found = await faultsOf({ ...ruledWindow(seed, options), deadlineMs: 400 }, false);
      for (const fault of found.faults) faults.push(`seed ${seed}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });
});
