import {
  byWindow,
  certifiedGap,
  type Evidence,
  mainSuite,
  medianRegret,
  ours,
  percent,
  provenWords,
} from './evidence.ts';
import { COLOR, type Figure, figure, type Pen, type Size } from './figure.ts';

/** Regret of every method on the first suite: a dot for each window, a box for their quartiles. */
export function regretChart(evidence: Evidence, pen: Pen): Figure | null {
  const suite = mainSuite(evidence);
  const mine = ours(evidence);
  if (suite === undefined || !mine) return null;
  const rows = evidence.methods
    .map((method) => ({
      ...method,
      median: medianRegret(evidence, method.name, suite),
      windows: byWindow(evidence, method.name, suite),
    }))
    .filter(({ windows }) => windows.length > 0)
    .sort((a, b) => (a.median ?? Number.POSITIVE_INFINITY) - (b.median ?? Number.POSITIVE_INFINITY));
  const dots = rows.flatMap(({ name, family, windows }) =>
    windows.flatMap(({ regret, case: { name: window } }) =>
      regret === null ? [] : [{ name, family, window, regret: 100 * Math.max(0, regret) }],
    ),
  );
  if (dots.length === 0) return null;
  const rules = rows.filter(({ family, median }) => family === 'rule' && median !== null);
  const best = rules[0];
  const worst = rules.at(-1);
  const own = rows.find(({ name }) => name === mine.name)?.median ?? null;
  const everywhere = rules.every(({ windows }) => windows.every(({ regret }) => regret !== null));
  const title = best
    ? `${everywhere ? 'The' : 'Where it places as much, the'} best rule of thumb costs ${percent(best.median)} too much, the worst ${percent(worst!.median)}; Placewright ${percent(own)} after ${mine.limit}\u00a0s`
    : `Placewright is ${percent(own)} above the best after ${mine.limit}\u00a0s`;
  const count = new Set(dots.map(({ window }) => window)).size;
  const note = `Regret: cost above the least that anyone had, on ${count} windows (${suite}) whose least costs are ${provenWords(certifiedGap(evidence, suite))} in the median. A dot is a window, a box the middle half, its line the median. Windows where a method left copies out are left out of its row.`;
  const missing = ({ windows }: (typeof rows)[number]): string => {
    const silent = windows.filter(({ answered }) => !answered).length;
    const left = windows.filter(({ answered, regret }) => answered && regret === null).length;
    const words = [...(silent > 0 ? [`no answer: ${silent}`] : []), ...(left > 0 ? [`left copies out: ${left}`] : [])];
    return words.length > 0 ? `  (${words.join(', ')})` : '';
  };

  const draw = (size: Size) => {
    const { plot } = pen;
    const most = Math.max(...dots.map(({ regret }) => regret));
    return pen.draw(size, title, {
      marginLeft: size.narrow ? 178 : 210,
      marginRight: size.narrow ? 54 : 200,
      marginTop: 24,
      marginBottom: 36,
      height: rows.length * (size.narrow ? 25 : 28) + 60,
      x: { label: 'regret, %', domain: [0, most * 1.02], grid: true, nice: true, ticks: size.narrow ? 2 : 8 },
      y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
      marks: [
        ...(['ours', 'solver', 'rule'] as const).flatMap((family) => {
          const own = dots.filter((dot) => dot.family === family);
          if (own.length === 0) return [];
          return [
            plot.boxX(own, {
              x: 'regret',
              y: 'name',
              fill: COLOR[family],
              fillOpacity: 0.35,
              stroke: COLOR[family],
              strokeWidth: 1.6,
              r: 0,
            }),
            plot.dot(own, { x: 'regret', y: 'name', fill: COLOR[family], r: 2.6, fillOpacity: 0.75, title: 'window' }),
          ];
        }),
        plot.text(rows, {
          y: 'name',
          text: (row: (typeof rows)[number]) => `${percent(row.median)}${size.narrow ? '' : missing(row)}`,
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 10,
          fontWeight: 600,
          fill: COLOR.ink,
        }),
      ],
    });
  };
  return figure('regret', title, note, draw);
}
