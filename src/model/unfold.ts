import { type Assignment, assignmentOf, type Placement } from './assignment.ts';
import { homes, type Instance, pairAt, pairOn } from './instance.ts';
import { type Numbers, type Part, perClass } from './part.ts';

/** What an assignment of the whole is in each of these parts, which share no task. */
export function restricted(whole: Numbers, parts: readonly Part[], { placements }: Assignment): Assignment[] {
  const partOf = new Int32Array(whole.tasks).fill(-1);
  const taskOf = new Int32Array(whole.tasks);
  const copyOf = new Int32Array(whole.nodes.copies);
  parts.forEach(({ entries, copies }, at) => {
    entries.forEach((group, task) => {
      for (const i of group) {
        partOf[i] = at;
        taskOf[i] = task;
      }
    });
    copies.forEach((there, copy) => {
      copyOf[there] = copy;
    });
  });
  const amounts = parts.map(() => new Map<number, number>()); // task · copies + copy → amount
  for (const { task: i, copy, amount } of placements) {
    if (partOf[i]! < 0) continue;
    const of = amounts[partOf[i]!]!;
    const key = taskOf[i]! * whole.nodes.copies + copyOf[copy]!;
    of.set(key, (of.get(key) ?? 0) + amount);
  }
  return parts.map(({ numbers }, at) =>
    assignmentOf(
      numbers,
      Array.from(amounts[at]!, ([key, amount]): Placement => {
        const task = Math.floor(key / whole.nodes.copies);
        const copy = key % whole.nodes.copies;
        return { task, pair: pairAt(numbers, task, copy), copy, amount };
      }),
    ),
  );
}

/** Prices of the whole (node classes × resources) at the classes of a part. */
export const pricesIn = ({ numbers, classes }: Part, prices: Float64Array): Float64Array =>
  perClass(prices, classes, numbers.width);

/** Prices of a part (node classes × resources) for the whole, 0 at its other classes. */
export function pricesFrom({ numbers: { width }, classes }: Part, prices: Float64Array, whole: Numbers): Float64Array {
  const result = new Float64Array(whole.nodes.classes * width);
  classes.forEach((q, at) => {
    result.set(prices.subarray(at * width, (at + 1) * width), q * width);
  });
  return result;
}

/**
 * The placements of the whole that those of a part stand for. Entries that are all the same are served in the order of the
 * window, each from the nodes in theirs, but for those that run now: they stay where they are as far as some of them may.
 */
export function unfolded(whole: Instance, { entries, copies }: Part, { placements }: Assignment): Placement[] {
  const running = homes(whole.window);
  const byTask: Placement[][] = entries.map(() => []);
  for (const placement of placements) byTask[placement.task]!.push(placement);
  return byTask.flatMap((list, task) => {
    const group = entries[task]!;
    list.sort((a, b) => a.copy - b.copy);
    const there = list.map(({ copy }) => copies[copy]!);
    const amount = Float64Array.from(list, (placement) => placement.amount);
    const open = Float64Array.from(group, (i) => whole.count[i]!);
    const result: Placement[] = [];
    const take = (at: number, from: number): void => {
      const many = Math.min(open[at]!, amount[from]!);
      const i = group[at]!;
      if (many > 0)
        result.push({
          task: i,
          pair: pairOn(whole.pairs, i, whole.nodes.classOf[there[from]!]!),
          copy: there[from]!,
          amount: many,
        });
      open[at]! -= many;
      amount[from]! -= many;
    };
    if (group.length > 1)
      group.forEach((i, at) => {
        const from = running[i]! < 0 ? -1 : there.indexOf(running[i]!);
        if (from >= 0) take(at, from);
      });
    for (let at = 0, from = 0; at < group.length && from < list.length; ) {
      take(at, from);
      if (amount[from] === 0) from++;
      else at++;
    }
    return result;
  });
}
