import { median } from '../../model/statistics.ts';
import { groupBy } from '../summary.ts';
import { byWindow, type Evidence, ours, percent, secondsOf } from './evidence.ts';
import { COLOR, dashOf, endLabels, type Figure, figure, type Pen, type Size } from './figure.ts';
import { apart } from './labels.ts';

/** Gaps below this share are drawn at it: proven, or as good as. */
const LEAST_GAP = 1e-5;

interface Spot {
  readonly name: string;
  readonly pairs: number;
  readonly value: number;
  readonly reached: boolean; // false: drawn hollow
}

/** Gap and time against size, both axes logarithmic; the line joins medians of each size. */
export function growthCharts(evidence: Evidence, pen: Pen): Figure[] {
  const suite = evidence.suites.includes('scaling') ? 'scaling' : undefined;
  const mine = ours(evidence);
  if (!mine) return [];
  const methods = evidence.methods.filter(({ family }) => family !== 'rule');
  const solvers = methods.filter(({ family }) => family === 'solver').map(({ name }) => name);
  const windowsOf = (name: string) =>
    byWindow(evidence, name, suite).filter(({ case: { copies, tasks } }) => suite !== undefined || copies === tasks);
  const gaps = methods.flatMap(({ name }) =>
    windowsOf(name).flatMap(({ case: one, gap }): Spot[] =>
      gap === null
        ? []
        : [{ name, pairs: one.tasks * one.nodes, value: Math.max(LEAST_GAP, gap), reached: gap > 1.01e-6 }],
    ),
  );
  const times = methods
    .filter(({ family, name }) => family === 'solver' || name === mine.name)
    .flatMap(({ name, limit }) =>
      windowsOf(name).map(
        ({ case: one, toProof }): Spot => ({
          name,
          pairs: one.tasks * one.nodes,
          value: toProof ?? limit,
          reached: toProof !== null,
        }),
      ),
    );
  const sizes = [...new Set(times.map(({ pairs }) => pairs))].sort((a, b) => a - b);
  if (sizes.length < 3) return [];

  const draw =
    (spots: readonly Spot[], label: string, title: string, format: (value: number) => string, low: string | null) =>
    (size: Size) => {
      const { plot } = pen;
      const lines = methods
        .map((method) => ({
          ...method,
          line: [
            ...groupBy(
              spots.filter(({ name }) => name === method.name),
              ({ pairs }) => pairs,
            ),
          ]
            .map(([pairs, all]) => ({ pairs, value: median(all.map(({ value }) => value))! }))
            .sort((a, b) => a.pairs - b.pairs),
        }))
        .filter(({ line }) => line.length > 0);
      const values = spots.map(({ value }) => value);
      const most = Math.max(...values);
      const least = Math.min(...values, most / 20);
      const span = Math.log(most / least);
      const all = lines
        .map(({ name, family, line }) => ({
          name,
          color: COLOR[family],
          pairs: line.at(-1)!.pairs,
          at: line.at(-1)!.value,
        }))
        .reverse(); // of equal heights ours is on top
      const ends = [...groupBy(all, ({ pairs }) => pairs).values()].flatMap((labels) => {
        const wanted = labels.map(({ at }) => Math.log(at));
        const at = apart(wanted, span * (size.narrow ? 0.095 : 0.075), Math.log(least), Math.log(most * 1.1));
        return labels.map((label, k) => ({ ...label, at: Math.exp(at[k]!) }));
      });
      const styleOf = (name: string, family: 'ours' | 'solver' | 'rule', limit: number) => ({
        stroke: COLOR[family],
        strokeWidth: name === mine.name ? 3 : 2,
        ...(family === 'solver' && { strokeDasharray: dashOf(solvers, name) }),
        ...(family === 'ours' && limit < mine.limit && { strokeOpacity: 0.55 }),
      });
      return pen.draw(size, title, {
        marginLeft: size.narrow ? 52 : 64,
        marginRight: size.narrow ? 122 : 150,
        marginTop: 32,
        marginBottom: 40,
        height: size.narrow ? 280 : 340,
        x: {
          type: 'log',
          base: 2, // sizes double, and so have labels of their own
          label: 'tasks × nodes',
          ticks: roomy(sizes, size.narrow ? 0.26 : 0.065),
          tickFormat: (value: number) => value.toLocaleString('en'),
        },
        y: {
          type: 'log',
          label,
          domain: [least, most * 1.1],
          grid: true,
          ticks: roundIn(least, most * 1.1),
          tickFormat: format,
        },
        marks: [
          ...(low === null || values.every((value) => value > LEAST_GAP)
            ? []
            : [
                plot.ruleY([LEAST_GAP], { stroke: COLOR.bound, strokeDasharray: '2 3' }),
                plot.text([low], { frameAnchor: 'bottom-right', dx: -6, dy: -8, fill: COLOR.bound }),
              ]),
          ...lines.map(({ name, family, limit, line }) =>
            plot.lineY(line, { x: 'pairs', y: 'value', ...styleOf(name, family, limit) }),
          ),
          ...lines.map(({ name, family }) =>
            plot.dot(
              spots.filter((spot) => spot.name === name && spot.reached),
              { x: 'pairs', y: 'value', fill: COLOR[family], r: 3.2 },
            ),
          ),
          ...lines.map(({ name, family }) =>
            plot.dot(
              spots.filter((spot) => spot.name === name && !spot.reached),
              { x: 'pairs', y: 'value', stroke: COLOR[family], fill: 'var(--paper)', r: 3.2 },
            ),
          ),
          endLabels(pen, ends, { x: 'pairs', dx: 9 }),
        ],
        color: { type: 'identity' },
      });
    };
  const largest = sizes.at(-1)!;
  const own = windowsOf(mine.name);
  const gapAtLargest = median(
    own.filter(({ case: { tasks, nodes } }) => tasks * nodes === largest).map(({ gap }) => gap),
  );
  const proven = own.filter(({ toProof }) => toProof !== null);
  const most = proven.map(({ case: one }) => one).sort((a, b) => b.tasks * b.nodes - a.tasks * a.nodes)[0];
  const largestOwn = own.map(({ case: one }) => one).sort((a, b) => b.tasks * b.nodes - a.tasks * a.nodes)[0]!;
  const gapTitle = `After ${mine.limit}\u00a0s, ${percent(gapAtLargest)} is left unproven at ${largestOwn.tasks} tasks on ${largestOwn.nodes} nodes`;
  const timeTitle = most
    ? `Placewright proves optima up to ${most.tasks} tasks on ${most.nodes} nodes, the median in ${secondsOf(median(proven.map(({ toProof }) => toProof)))}`
    : `Placewright proved no optimum within ${mine.limit}\u00a0s`;
  return [
    figure(
      'gap-by-size',
      gapTitle,
      'Gap between a method’s own cost and its own bound when its time was up. Hollow: proven optimal.',
      draw(gaps, 'gap, %', gapTitle, (value) => `${Number((100 * value).toPrecision(1))}`, 'proven'),
    ),
    ...(times.some(({ reached }) => reached)
      ? [
          figure(
            'time-by-size',
            timeTitle,
            'Time until the optimum was proven. Hollow: not proven within the limit, at which it is drawn.',
            draw(times, 'seconds', timeTitle, (value) => `${Number(value.toPrecision(1))}`, null),
          ),
        ]
      : []),
  ];
}

/** Of rising sizes those that can be labelled on a logarithmic axis, `apart` (a share of it) from each other; the last is one. */
export function roomy(sizes: readonly number[], apart: number): number[] {
  const least = apart * Math.log(sizes.at(-1)! / sizes[0]!);
  const kept: number[] = [];
  for (const size of [...sizes].reverse())
    if (kept.length === 0 || Math.log(kept[0]! / size) >= least) kept.unshift(size);
  return kept;
}

/** Round numbers to mark on a logarithmic axis: powers of ten, and twice and five times these where there are few. */
function roundIn(least: number, most: number): number[] {
  const decades = Array.from({ length: 12 }, (_, k) => 10 ** (k - 7));
  const within = (values: readonly number[]) => values.filter((value) => value >= least && value <= most);
  const few = within(decades).length < 3;
  return within(few ? decades.flatMap((power) => [power, 2 * power, 5 * power]) : decades);
}
