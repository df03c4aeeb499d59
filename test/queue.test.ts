import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue, type Waiting } from '../dist/api/jobs/queue.js';

interface Entry extends Waiting {
  readonly name: string;
}

const entry = (client: string, name: string, urgency = 3, bytes = 1): Entry => ({ client, name, urgency, bytes });
const any = () => true;
const none = () => 0;
const namesOf = (queue: FairQueue<Entry>, atWork: (client: string) => number = none): string[] => {
  const names: string[] = [];
  for (let next = queue.take(atWork, any); next; next = queue.take(atWork, any)) names.push(next.name);
  return names;
};

describe('a fair queue', () => {
  it('serves the most urgent first, then clients in turn, then in the order they came', () => {
    const queue = new FairQueue<Entry>({ length: 100, bytes: 100 });
    for (const name of ['a1', 'a2', 'a3']) queue.offer(entry('a', name));
    queue.offer(entry('a', 'a-urgent', 0));
    for (const name of ['b1', 'b2']) queue.offer(entry('b', name));
    expect(namesOf(queue)).toEqual(['a-urgent', 'b1', 'a1', 'b2', 'a2', 'a3']);
  });

  it('serves a newcomer before whoever was served already, then in turn', () => {
    const queue = new FairQueue<Entry>({ length: 4000, bytes: 4000 });
    for (let k = 0; k < 1000; k++) queue.offer(entry('a', `a${k}`));
    for (let k = 0; k < 5; k++) queue.take(none, any);
    queue.offer(entry('b', 'b'));
    expect(queue.take(none, any)!.name).toBe('b');
    queue.offer(entry('b', 'b again'));
    expect([queue.take(none, any)!.name, queue.take(none, any)!.name]).toEqual(['a5', 'b again']);
  });

  it('keeps whoever is at work behind whoever is not', () => {
    const queue = new FairQueue<Entry>({ length: 10, bytes: 10 });
    queue.offer(entry('a', 'a'));
    queue.offer(entry('b', 'b'));
    expect(queue.take((client) => (client === 'a' ? 2 : 0), any)!.name).toBe('b');
  });

  it('passes over those that may not be served', () => {
    const queue = new FairQueue<Entry>({ length: 10, bytes: 10 });
    queue.offer(entry('a', 'long'));
    queue.offer(entry('a', 'short'));
    expect(queue.take(none, ({ name }) => name === 'short')!.name).toBe('short');
    expect(queue.take(none, ({ name }) => name === 'short')).toBe(null);
    expect(queue.length).toBe(1);
  });

  it('leaves room for others: one client gets half, two a third each', () => {
    const queue = new FairQueue<Entry>({ length: 60, bytes: 1e9 });
    const fill = (client: string) => {
      let many = 0;
      while (queue.offer(entry(client, client))) many++;
      return many;
    };
    expect([fill('a'), fill('b'), fill('c')]).toEqual([30, 15, 8]);
  });

  it('holds no more bytes than it may, and counts them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(50), fc.nat(7), fc.boolean()), { maxLength: 60 }),
        (steps) => {
          const queue = new FairQueue<Entry>({ length: 20, bytes: 200 });
          const inside = new Set<Entry>();
          for (const [client, bytes, urgency, out] of steps) {
            if (out) {
              const taken = queue.take(none, any);
              if (taken) expect(inside.delete(taken)).toBe(true);
              else expect(inside.size).toBe(0);
            } else {
              const one = entry(client, '', urgency, bytes);
              if (queue.offer(one)) inside.add(one);
            }
            expect(queue.length).toBe(inside.size);
            expect(queue.bytes).toBe([...inside].reduce((sum, one) => sum + one.bytes, 0));
            expect(queue.length <= 20 && queue.bytes <= 200).toBe(true);
            expect(new Set(queue)).toEqual(inside);
          }
        },
      ),
    );
  });
});
