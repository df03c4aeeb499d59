import { addTo } from '../model/lists.ts';
import type { GroupRules } from '../model/side-rules.ts';
import { Heap } from './heap.ts';
import { type Choice, inOrder, type Pass, type Turn } from './pass.ts';

/** Copies left beyond which all values of the label rise together as far as they can before copies go one by one. */
const MANY = 500;

/** A task's choices at each value of the label that its group is spread over, the best on top. */
type ByValue = Map<number, Heap<Choice>>;

/** Places a task whose group `g` is spread: each part goes to the best choice at a value that may rise. */
export function placeLevel(pass: Pass, turn: Turn, g: number, { label, reached }: NonNullable<GroupRules['spread']>) {
  const { nodes } = pass.instance;
  const grouped = (): ByValue => {
    const lists = new Map<number, Choice[]>();
    for (const choice of pass.all(turn.task)) addTo(lists, label.of[nodes.classOf[choice.copy]!]!, choice);
    return new Map(Array.from(lists, ([value, list]) => [value, new Heap(list, (x, y) => inOrder(x, y) < 0)]));
  };

  const values = [...reached.keys()].filter((value) => reached[value] === 1);
  if (values.length === 0) return; // no member may run anywhere
  let choices = grouped();
  if (turn.left > MANY) {
    for (let rise = Math.floor(turn.left / values.length); rise > 1; ) {
      if (raise(pass, turn, choices, values, rise)) rise = Math.min(rise, Math.floor(turn.left / values.length));
      else {
        choices = grouped();
        rise = Math.floor(rise / 2);
      }
    }
  }
  const part = pass.partOf(turn.task);
  while (pass.isOpen(turn)) {
    let best: Heap<Choice> | null = null;
    for (const [value, heap] of choices)
      if (heap.least && pass.sides!.mayRise(g, value) && (!best || inOrder(heap.least, best.least!) < 0)) best = heap;
    if (!best) return;
    pass.put(turn, best.least!, part);
    best.replaceLeast(pass.rescored(turn.task, best.least!));
    pass.seen += choices.size;
  }
}

/** Places so many copies at every value, which leaves the skew as it was; places none and returns false where one has not the room. */
function raise(pass: Pass, turn: Turn, choices: ByValue, values: readonly number[], rise: number): boolean {
  const most = pass.rule.spreads ? pass.partOf(turn.task) : rise;
  const placed: [copy: number, amount: number][] = [];
  for (const value of values) {
    const heap = choices.get(value);
    let wanted = rise;
    while (heap?.least && wanted > 0) {
      const { copy } = heap.least;
      const amount = pass.put(turn, heap.least, Math.min(wanted, most), false);
      placed.push([copy, amount]);
      wanted -= amount;
      heap.replaceLeast(pass.rescored(turn.task, heap.least));
      pass.seen++;
    }
    if (wanted === 0) continue;
    for (const [at, amount] of placed) if (amount > 0) pass.takeBack(turn, at, amount);
    return false;
  }
  return true;
}
