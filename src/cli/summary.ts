import type { Answer } from '../model/answer.ts';
import { counted, figure, figures, milliseconds, percent, shares } from './figures.ts';
import { pairs, table, wrapped } from './table.ts';

const STOPS: Record<Answer['stop'], string> = {
  proved: 'nothing is left to prove',
  gap: 'the gap asked for is reached',
  deadline: 'the deadline came first',
  work: 'the steps are used up',
  cancelled: 'it was interrupted',
  failed: 'an engine failed',
};

/** What a person wants to know of an answer. */
export function summary(answer: Answer): string {
  const found = answer.partial ?? answer;
  const { summary: sums, timings } = found;
  const rows: [string, string][] = [
    ['status', `${answer.status}: ${STOPS[answer.stop]}`],
    ['method', methodOf(found)],
    ['objective', figure(found.objective)],
    ['bound', `${figure(found.bound)}, gap ${percent(found.gap)}`],
    [
      'placed',
      `${figure(sums.placed)} of ${counted(sums.copies, 'copy', 'copies')} on ${counted(sums.nodesUsed, 'node')}`,
    ],
    ...movesRow(found),
    ['utilization', shares(sums.utilization) || '–'],
    [
      'time',
      `${milliseconds(timings.total)} ms (heuristics ${milliseconds(timings.heuristics)}, bound ${milliseconds(timings.bound)}, solve ${milliseconds(timings.solve)})`,
    ],
  ];
  if (answer.partial)
    rows.splice(2, 0, ['at best', 'the window forbids unplaced tasks; what follows is its best with some']);
  return pairs(rows) + unplaced(found);
}

/** What moves, and which nodes that frees. */
function movesRow({ summary: sums, movesOrdered, knots, nodesFreed }: Answer): [string, string][] {
  if (sums.moves === 0) return [];
  const order = movesOrdered ? 'in order' : `${counted(knots.length, 'knot')} on the way`;
  const freed = nodesFreed.length > 0 ? `; frees ${counted(nodesFreed.length, 'node')}` : '';
  return [['moves', `${figure(sums.moves)}, ${order}${freed}`]];
}

/** Who made the assignment, with the version of the engine when it was one. */
function methodOf({ method, solver: { engine } }: Answer): string {
  return engine !== null && method.endsWith(`:${engine.split(' ')[0]}`) ? `${method} (${engine})` : method;
}

/** The first unplaced tasks and what kept them out. */
function unplaced({ unplaced: left }: Answer): string {
  if (left.length === 0) return '';
  const rows = left
    .slice(0, 5)
    .map(({ task, copies, reasons }) => [task, figure(copies), reasons.map(reasonWords).join('; ')]);
  const more = left.length > rows.length ? `  … and ${left.length - rows.length} more\n` : '';
  return `\n${table([{ title: 'unplaced' }, { title: 'copies', right: true }, { title: 'why', widest: 100 }], rows)}${more}`;
}

/** A reason with its numbers: "full: cpu, needs 4, 2 free at most, 12 nodes". */
export function reasonWords({
  code,
  resource,
  label,
  nodes,
  example,
}: Answer['unplaced'][number]['reasons'][number]): string {
  const what = resource ?? label;
  const numbers =
    example?.required === undefined || example.available === undefined
      ? ''
      : `, needs ${figure(example.required)}, ${figure(example.available)} at most`;
  return `${code}${what === undefined ? '' : ` ${what}`}${numbers} (${counted(nodes, 'node', 'nodes')})`;
}

/** What the bound and the gap of an answer mean, in sentences. */
export function meaning({ objective, bound, gap, status, certificate, summary: { unplaced: left } }: Answer): string {
  if (objective === null || bound === null || gap === null)
    return wrapped('Nothing is proven about the cost yet: there is no bound.');
  const among = left > 0 ? `that leaves the same ${counted(left, 'copy', 'copies')} unplaced` : 'of this window';
  const first = `No assignment ${among} can cost less than ${figure(bound)}: that is the bound, and it is proven.`;
  const second =
    status === 'optimal'
      ? `This one costs ${figure(objective)}, so the gap is closed and it is optimal.`
      : `This one costs ${figure(objective)}, so at most ${percent(gap)} of it could be saved: that is the gap.`;
  return `${wrapped(`${first} ${second}`)}${certificate ? wrapped(priced(bound, certificate.bound)) : ''}`;
}

/** How much of a bound anyone can recompute. */
function priced(bound: number, certified: number): string {
  const recompute = '`placewright verify` recomputes it from the prices in the answer, without a solver.';
  if (bound - certified <= 1e-6 * Math.abs(bound)) return `You need not believe it: ${recompute}`;
  return `You need not believe ${figure(certified)} of it: ${recompute} Branch and bound proved the rest.`;
}

/** Every heuristic by its regret, least first; those that leave other copies unplaced come last. */
export function heuristicsTable(heuristics: Answer['heuristics']): string {
  const last = Number.POSITIVE_INFINITY;
  const sorted = [...heuristics].sort((a, b) => (a.regret ?? last) - (b.regret ?? last) || a.unplaced - b.unplaced);
  const objectives = figures(sorted.map(({ objective }) => objective));
  return table(
    [
      { title: 'heuristic' },
      { title: 'objective', right: true },
      { title: 'unplaced', right: true },
      { title: 'regret', right: true },
      { title: 'ms', right: true },
    ],
    sorted.map(({ name, unplaced: left, regret, ms }, at) => [
      name,
      objectives[at]!,
      figure(left),
      percent(regret, 1),
      ms.toFixed(1),
    ]),
  );
}
