import type { Incumbent } from '../contender.ts';
import { type CaseRecord, YOURS } from '../records.ts';
import { groupBy } from '../summary.ts';
import { type Evidence, type Exhibit, ours, percent } from './evidence.ts';
import { COLOR, dashOf, endLabels, type Figure, figure, type Pen, type Size } from './figure.ts';
import { apart } from './labels.ts';

/** Windows that are shown. */
const MOST = 3;

/** Cost over time on a few windows, in each suite the one with most to see: every better assignment as it came, and the bound below. */
export function anytimeCharts(evidence: Evidence, pen: Pen): Figure[] {
  const mine = ours(evidence);
  if (!mine) return [];
  const windows = [...groupBy(evidence.exhibits, (one) => one.case.name).values()]
    .filter((runs) =>
      runs.some(({ method, run }) => method === mine.name && improved(run.measured.outcome?.incumbents ?? [])),
    )
    .filter((runs) => runs[0]!.figures.best !== null && runs[0]!.figures.certified !== null)
    .filter((runs) => runs.some(({ method, figures }) => method === mine.name && figures.over !== null));
  const richness = (runs: readonly Exhibit[]) =>
    runs.find(({ method }) => method === mine.name)!.run.measured.outcome!.incumbents.length +
    100 * runs.filter(({ family, figures }) => family === 'solver' && figures.over !== null).length;
  const shown = [...groupBy(windows, (runs) => suiteOf(runs[0]!.case)).values()]
    .map((list) => list.sort((a, b) => richness(b) - richness(a))[0]!)
    .slice(0, MOST);
  return shown.map((runs, k) => anytimeChart(runs, mine.name, evidence, pen, k)).filter((one) => one !== null);
}

/** Whether the cost fell once as many copies were placed as in the end: else there is no curve to see. */
const improved = (incumbents: readonly Incumbent[]): boolean => {
  const last = incumbents.at(-1);
  return incumbents.some(({ cost, unplaced }) => unplaced === last!.unplaced && cost > last!.cost);
};

interface Point {
  readonly seconds: number;
  readonly over: number; // percent above the best cost
}

function anytimeChart(runs: readonly Exhibit[], mine: string, evidence: Evidence, pen: Pen, k: number): Figure | null {
  const { best, certified } = runs[0]!.figures;
  const first = runs.filter(({ run }) => run.seed === 1 && run.repeat === 1);
  const counts = Math.min(...runs.flatMap(({ figures }) => (figures.over === null ? [] : [sum(figures.unplaced)])));
  const over = (cost: number) => 100 * (cost / best! - 1);
  const own = first.find(({ method, figures }) => method === mine && figures.over !== null);
  if (!own) return null;
  const until = Math.max(...first.map(({ figures }) => figures.seconds));
  const costs = (one: Exhibit) => steps(one, counts, ({ cost }) => over(cost), until, Math.min);
  const costOurs = costs(own);
  const bound = steps(
    own,
    counts,
    ({ bound }) => (bound === undefined || bound <= 0 ? null : over(Math.min(bound, best!))),
    until,
    Math.max,
  );
  const names = evidence.methods.filter(({ family }) => family === 'solver').map(({ name }) => name);
  const solvers = first.flatMap((one) => {
    const line = one.family === 'solver' && one.figures.over !== null ? costs(one) : [];
    return line.length > 0 ? [{ name: one.method, line }] : [];
  });
  const rules = first.flatMap((one) =>
    one.family === 'rule' && one.figures.over !== null
      ? [{ name: one.method, seconds: Math.max(1e-4, one.figures.seconds), over: 100 * one.figures.over }]
      : [],
  );
  const final = over(certified!);
  const least = (values: readonly number[]) => (values.length > 0 ? Math.min(...values) : 0);
  const top =
    1.25 *
    Math.max(
      0.4,
      ...costOurs.map((point) => point.over),
      least(rules.map((point) => point.over)),
      least(solvers.map(({ line }) => line.at(-1)!.over)),
    );
  const floor = Math.max(
    -0.35 * top,
    Math.min(final, ...bound.map((point) => point.over).filter((value) => value > -0.35 * top), -0.04 * top),
  );
  const reached = costOurs.find((point) => point.over <= 1)?.seconds;
  const title = `${titleOf(own.case)}, ${sizeOf(own.case)}: ${reached === undefined ? `${percent(costOurs.at(-1)!.over / 100)} above the best` : `within 1\u00a0% of the best after ${secondsWords(reached)}`}, ${own.figures.gap !== null && own.figures.gap <= 1.01e-6 ? `proven after ${secondsWords(own.figures.seconds)}` : `${percent(own.figures.gap)} left unproven after ${secondsWords(own.figures.seconds)}`}`;
  const note =
    'Cost of the best assignment known, in percent above the best of all; to the right is later (log scale). The shaded band is what Placewright has not proven yet: its lower edge is the bound. Dots are rules of thumb; methods above the frame are named at its edge.';

  const draw = (size: Size) => {
    const { plot } = pen;
    const right = size.narrow ? 100 : 130;
    const last = (line: readonly Point[], none: number) => line.at(-1)?.over ?? none;
    const named = [
      { name: 'bound', over: Math.max(floor, last(bound, floor)), color: COLOR.bound },
      { name: 'Placewright', over: last(costOurs, top), color: COLOR.ours },
      ...solvers.map(({ name, line }) => {
        const over = last(line, top);
        return {
          name: over > top ? `${name} +${percent(over / 100)}` : name,
          over: Math.min(top, over),
          color: COLOR.solver,
        };
      }),
    ];
    const heights = named.map(({ over }) => over);
    const at = apart(heights, (top - floor) * (size.narrow ? 0.075 : 0.06), floor, top);
    const ends = named.map((end, k) => ({ ...end, at: at[k]! }));
    const clip = (line: readonly Point[]) =>
      line.filter(({ over }) => over <= top).map((point) => ({ ...point, over: Math.max(floor, point.over) }));
    const labelled = rules
      .filter(({ over }) => over <= top)
      .sort((a, b) => a.over - b.over)
      .filter((one, k, all) => k === 0 || one.over - all[k - 1]!.over > 0.05 * (top - floor))
      .slice(0, size.narrow ? 1 : 3);
    return pen.draw(size, title, {
      marginLeft: 46,
      marginRight: right,
      marginTop: 32,
      marginBottom: 40,
      height: size.narrow ? 280 : 340,
      x: {
        type: 'log',
        label: 'seconds',
        domain: [Math.min(1e-3, ...rules.map(({ seconds }) => seconds), costOurs[0]!.seconds), until],
        ticks: size.narrow ? 3 : 5,
        tickFormat: (value: number) => `${value}`,
      },
      y: { label: '% above the best', domain: [floor, top], grid: true, ticks: 5 },
      marks: [
        plot.ruleY([0], { stroke: COLOR.faint }),
        plot.areaY(band(costOurs, bound, floor, top), {
          x: 'seconds',
          y1: 'low',
          y2: 'high',
          curve: 'step-after',
          fill: COLOR.ours,
          fillOpacity: 0.14,
        }),
        plot.lineY(clip(bound), {
          x: 'seconds',
          y: 'over',
          curve: 'step-after',
          stroke: COLOR.bound,
          strokeDasharray: '2 3',
          strokeWidth: 1.6,
        }),
        ...solvers.map(({ name, line }) =>
          plot.lineY(clip(line), {
            x: 'seconds',
            y: 'over',
            curve: 'step-after',
            stroke: COLOR.solver,
            strokeWidth: 2,
            strokeDasharray: dashOf(names, name),
          }),
        ),
        plot.lineY(clip(costOurs), {
          x: 'seconds',
          y: 'over',
          curve: 'step-after',
          stroke: COLOR.ours,
          strokeWidth: 3,
        }),
        plot.dot(
          rules.filter(({ over }) => over <= top),
          { x: 'seconds', y: 'over', fill: COLOR.rule, r: 3.5, title: 'name' },
        ),
        plot.text(labelled, {
          x: 'seconds',
          y: 'over',
          text: 'name',
          fill: COLOR.ink,
          fillOpacity: 0.75,
          textAnchor: 'start',
          dx: 7,
          fontSize: size.narrow ? 11.5 : 12,
        }),
        endLabels(pen, ends, { x: until, dx: 8 }),
      ],
      color: { type: 'identity' },
    });
  };
  return figure(`anytime-${k + 1}`, title, note, draw);
}

/** The best so far as a step line up to the end, of incumbents with as many copies unplaced as the best has. */
function steps(
  { run }: Exhibit,
  unplaced: number,
  value: (incumbent: Incumbent) => number | null,
  last: number,
  better: (a: number, b: number) => number,
): Point[] {
  const points: Point[] = [];
  for (const incumbent of run.measured.outcome?.incumbents ?? []) {
    if (Math.abs(incumbent.unplaced - unplaced) > 1e-6) continue;
    const over = value(incumbent);
    if (over === null) continue;
    const before = points.at(-1)?.over;
    const now = before === undefined ? over : better(before, over);
    if (now !== before) points.push({ seconds: Math.max(1e-4, incumbent.ms / 1000), over: now });
  }
  if (points.length > 0 && points.at(-1)!.seconds < last) points.push({ seconds: last, over: points.at(-1)!.over });
  return points;
}

/** What lies between cost and bound, at every time where one of them changes. */
function band(costs: readonly Point[], bounds: readonly Point[], floor: number, top: number) {
  const at = (line: readonly Point[], seconds: number) => line.findLast((point) => point.seconds <= seconds)?.over;
  const times = [...new Set([...costs, ...bounds].map(({ seconds }) => seconds))].sort((a, b) => a - b);
  return times.flatMap((seconds) => {
    const high = at(costs, seconds);
    return high === undefined
      ? []
      : [{ seconds, high: Math.min(top, high), low: Math.max(floor, at(bounds, seconds) ?? floor) }];
  });
}

const sum = (values: readonly number[] | null): number => (values ?? []).reduce((total, value) => total + value, 0);
const secondsWords = (seconds: number): string =>
  seconds < 1 ? `${Math.round(1000 * seconds)}\u00a0ms` : `${seconds.toFixed(1)}\u00a0s`;

/** What a window is called: by its suite, a user's own by its name. */
export const suiteOf = ({ suite, name }: CaseRecord): string => (suite === YOURS ? name : suite);
export const sizeOf = ({ tasks, copies, nodes }: CaseRecord): string =>
  `${copies > tasks ? `${copies} copies` : `${tasks} tasks`} on ${nodes} nodes`;
/** The same at the beginning of a title; a user's own name stays as it is. */
export const titleOf = (one: CaseRecord): string =>
  one.suite === YOURS ? one.name : one.suite.charAt(0).toUpperCase() + one.suite.slice(1);
