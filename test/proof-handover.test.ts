import { afterAll, describe, expect, it } from 'vitest';
import { clusterWindow } from '../dist/bench/cluster-window.js';
import { scoreOf } from '../dist/model/assignment.js';
import { buildInstance } from '../dist/model/instance.js';
import { newPlacesBoard, read } from '../dist/solver/board.js';
import { EnginePool } from '../dist/solver/engine-pool.js';
import { numbersOf } from '../dist/solver/follow.js';
import { Handover, handoverMemory } from '../dist/solver/proof/handover.js';
import { startOf } from './support/start.ts';
import { ready } from './support/windows.ts';

const always = () => true;
const round = { cut: 7, duals: Float64Array.of(1, 2), kept: [Float64Array.of(3, 4), Float64Array.of(5, 6)] };
const branch = (cell: number) => ({ path: Int32Array.of(1, 0, cell, 1), duals: Float64Array.of(cell, 0.5) });

/** Both sides of a round that has begun. */
function sides() {
  const memory = handoverMemory(2);
  const [owner, assistant] = [new Handover(memory, 'owner'), new Handover(memory, 'assistant')];
  owner.announce(round);
  const joined = assistant.join(always);
  return { memory, owner, assistant, joined };
}

/** Answers true, and does one thing after the other, one each time it is asked. */
const whileAsked =
  (...things: (() => void)[]) =>
  () => {
    things.shift()?.();
    return true;
  };

describe('branches of a tree', () => {
  it('are handed to whoever waits, both ways', () => {
    const { owner, assistant, joined } = sides();
    expect(joined).toEqual(round);
    expect(owner.wanted).toBe(false);
    expect(owner.give(branch(1))).toBe(false); // nobody waits
    const taken = assistant.take(
      whileAsked(
        () => {},
        () => {
          expect(owner.wanted).toBe(true);
          expect(owner.give(branch(2))).toBe(true);
          expect(owner.wanted).toBe(false);
          expect(owner.give(branch(3))).toBe(false); // it has one to look at
        },
      ),
    );
    expect(taken).toEqual(branch(2));
    const back = owner.take(
      whileAsked(
        () => {},
        () => expect(assistant.give(branch(4))).toBe(true),
      ),
    );
    expect(back).toEqual(branch(4));
  });

  it('the round is over when neither has any, and not while one is at work', () => {
    const { owner, assistant } = sides();
    expect(owner.take(always)).toBeNull(); // nothing was handed over
    let waits = 0;
    assistant.take(
      whileAsked(
        () => {},
        () => owner.give(branch(1)),
      ),
    );
    const over = owner.take(
      whileAsked(
        () => {},
        () => waits++,
        () => waits++,
        () =>
          assistant.take(
            whileAsked(
              () => {},
              () => waits++,
              () => owner.announce(round),
            ),
          ),
      ),
    );
    expect(over).toBeNull();
    expect(waits).toBe(3);
  });

  it('who is stopped in the middle of its work never counts as done', () => {
    const { owner, assistant } = sides();
    assistant.take(
      whileAsked(
        () => {},
        () => owner.give(branch(1)),
      ),
    );
    expect(assistant.take(() => false)).toBeNull();
    expect(owner.wanted).toBe(false);
    let asked = 0;
    expect(owner.take(() => asked++ < 3)).toBeNull();
    expect(asked).toBe(4); // the owner stopped by itself
  });

  it('one that was handed to an assistant that is gone is known to be lost', () => {
    const { memory, owner, assistant } = sides();
    expect(owner.lost).toBe(false);
    assistant.take(
      whileAsked(
        () => {},
        () => owner.give(branch(1)),
      ),
    );
    Handover.lose(memory);
    expect(owner.take(always)).toBeNull();
    expect(owner.lost).toBe(true);
    owner.announce(round);
    expect(owner.lost).toBe(false);
    expect(assistant.moved).toBe(true);
  });

  it('the next round, or the end, calls the assistant off', () => {
    const { owner, assistant } = sides();
    expect(assistant.moved).toBe(false);
    owner.announce({ ...round, cut: 8 });
    expect(assistant.moved).toBe(true);
    expect(assistant.take(always)).toBeNull();
    expect(assistant.join(always)?.cut).toBe(8);
    owner.close();
    expect(assistant.join(always)).toBeNull();
  });

  it('costs found are told, and paths that are too long stay', () => {
    const { owner, assistant } = sides();
    expect([owner.best, assistant.best]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    assistant.tell(5);
    expect([owner.best, assistant.best]).toEqual([5, Number.POSITIVE_INFINITY]);
    assistant.take(
      whileAsked(
        () => {},
        () => {
          expect(owner.give({ path: new Int32Array(1e5), duals: round.duals })).toBe(false);
          owner.give(branch(1));
        },
      ),
    );
  });
});

describe('a proof with an assistant', () => {
  const pool = new EnginePool({ ready: 1, threads: 2, searchers: 1 });
  afterAll(() => pool.close());
  let handed = 0;

  /** Ends the assistant's thread as soon as it has been handed something. */
  async function endOnceAtWork(control: SharedArrayBuffer): Promise<void> {
    const assistant = () => Atomics.load(new Int32Array(control), 5);
    const closed = () => Atomics.load(new Int32Array(control), 1) === 1;
    let waited = false;
    while (!closed()) {
      const state = assistant();
      if (waited && state !== 1) {
        handed++;
        await pool.endSearchers();
        return;
      }
      waited ||= state === 1;
      await new Promise(setImmediate);
    }
  }

  it('comes to what it comes to alone, alike nodes included, whether the assistant lives or dies', async () => {
    for (const seed of [1, 2, 3]) {
      const different = { tasks: 50, nodes: 10, kinds: 10 };
      const size = seed === 3 ? ({ tasks: 24, nodes: 6, kinds: 3, noise: 'kind' } as const) : different;
      const instance = buildInstance(ready(clusterWindow({ ...size, load: 0.8, seed })));
      const start = startOf(instance);
      const prices = new Float64Array(instance.nodes.classes * instance.width);
      const numbers = numbersOf(instance);
      const solve = async (way: 'alone' | 'assisted' | 'abandoned') => {
        const units = instance.count.reduce((sum: number, n: number) => sum + n, 0);
        const [board, beside] = [newPlacesBoard(units), newPlacesBoard(units)];
        const channel = () => ({
          stop: new Int32Array(new SharedArrayBuffer(4)),
          deadline: Number.POSITIVE_INFINITY,
        });
        const ceiling = new Float64Array(new SharedArrayBuffer(8)).fill(scoreOf(instance, start).cost);
        const handover = way === 'alone' ? null : handoverMemory(instance.tasks);
        const common = { instance: numbers, start, prices, ceiling };
        const { signal } = new AbortController();
        const assist = handover && pool.assist({ ...common, handover, board: beside, ...channel() }, signal);
        const assisting = assist?.catch(() => {}).finally(() => Handover.lose(handover!));
        const proving = pool.prove(
          { ...common, steps: Number.POSITIVE_INFINITY, components: null, handover, board, ...channel() },
          signal,
        );
        if (way === 'abandoned') void endOnceAtWork(handover!.control);
        await Promise.all([proving, assisting]);
        const proven = read(board)!;
        return {
          bound: proven.bound!,
          cost: Math.min(proven.objective, read(beside)?.objective ?? Number.POSITIVE_INFINITY),
        };
      };
      const alone = await solve('alone');
      expect(Math.abs(alone.cost - alone.bound)).toBeLessThanOrEqual(1e-6 * alone.cost);
      for (const way of ['assisted', 'abandoned'] as const) {
        const { bound, cost } = await solve(way);
        expect(Math.abs(cost - alone.cost)).toBeLessThanOrEqual(1e-6 * alone.cost);
        expect(Math.abs(bound - alone.cost)).toBeLessThanOrEqual(1e-6 * alone.cost);
      }
    }
    expect(handed).toBeGreaterThan(0);
  });
});
