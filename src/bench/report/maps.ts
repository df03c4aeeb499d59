import { groupBy } from '../summary.ts';
import { capital, sizeOf, suiteOf } from './anytime.ts';
import { type Evidence, type Exhibit, ours, percent } from './evidence.ts';
import { COLOR, type Figure, figure, type Pen, type Size } from './figure.ts';

/** Suites of which a window is shown. */
const MOST = 2;

/** How full each node is: by the first rule that placed as much, by the cheapest rule, and by us, on one window of a suite. */
export function utilisationMaps(evidence: Evidence, pen: Pen): Figure[] {
  const mine = ours(evidence);
  if (!mine) return [];
  const bySuite = [...groupBy(evidence.exhibits, (one) => one.case.suite).values()];
  const shown = bySuite.flatMap((exhibits) => {
    const windows = [...groupBy(exhibits, (one) => one.case.name).values()];
    const largestFirst = windows.sort((a, b) => b[0]!.case.nodes - a[0]!.case.nodes);
    const rows = largestFirst.map((runs) => rowsOf(runs, mine.name)).find((found) => found !== null);
    return rows ? [rows] : [];
  });
  // the widest difference in nodes used says most, the first suite is what the other charts show
  const used = (one: Exhibit) => one.run.checked!.shares.filter((share) => share > 0).length;
  const [first, ...others] = shown;
  const differing = others.sort((a, b) => used(b[0]!) / used(b.at(-1)!) - used(a[0]!) / used(a.at(-1)!));
  return (first ? [first, ...differing] : []).slice(0, MOST).map((rows, k) => mapOf(rows, pen, k, used));
}

/** The runs of a map, dearest first; null where there is nothing to compare. */
function rowsOf(runs: readonly Exhibit[], mine: string): Exhibit[] | null {
  const counted = runs.filter(
    ({ figures, run }) => figures.over !== null && (run.checked?.shares.length ?? 0) > 0 && run.repeat === 1,
  );
  const own = counted.find(({ method }) => method === mine);
  const rules = counted.filter(({ family }) => family === 'rule').sort((a, b) => a.figures.over! - b.figures.over!);
  const first = rules.find(({ method }) => method === 'first-fit') ?? rules.at(-1);
  if (!own || !first) return null;
  return [...new Set([first, rules[0]!])].concat(own);
}

function mapOf(rows: readonly Exhibit[], pen: Pen, k: number, used: (one: Exhibit) => number): Figure {
  const { nodes } = rows[0]!.case;
  const suite = suiteOf(rows[0]!.case);
  const own = rows.at(-1)!;
  const before = rows[0]!;
  const what = sizeOf(rows[0]!.case);
  const title =
    used(own) < used(before)
      ? `${capital(suite)}: ${what} need ${used(own)} nodes, where ${before.method} uses ${used(before)}`
      : `${capital(suite)}: on these ${nodes} nodes ${before.method} costs ${percent(before.figures.over! - own.figures.over!)} more than Placewright`;
  const note = `One window, ${what}. A cell is a node; the darker, the fuller in its scarcest resource. Beside each method its cost, and how much that is above the best.`;
  const draw = (size: Size) => {
    const { plot } = pen;
    const left = size.narrow ? 0 : 210;
    const columns = Math.min(nodes, size.narrow ? 15 : 50);
    const lines = Math.ceil(nodes / columns);
    const cells = rows.flatMap(({ method, run }) =>
      run.checked!.shares.map((share, j) => ({
        method,
        x: j % columns,
        y: Math.floor(j / columns),
        share: Math.min(1, share),
      })),
    );
    const width = (size.width - left) / columns;
    const side = Math.min(width, size.narrow ? 24 : 40);
    const heading = size.narrow ? 22 : 0;
    const labels = rows.map(({ method, figures }) => ({
      method,
      text: `${method}${size.narrow ? ': ' : '\n'}${figures.cost!.toPrecision(5)} ${figures.over === 0 ? '(the best)' : `(+${percent(figures.over)})`}`,
    }));
    return pen.draw(size, title, {
      marginLeft: left,
      marginRight: Math.max(0, size.width - left - side * columns),
      marginTop: heading,
      marginBottom: 4,
      height: rows.length * (lines * side + 14 + heading) + 4,
      x: { axis: null, domain: Array.from({ length: columns }, (_, x) => x), padding: 0.08 },
      y: { axis: null, domain: Array.from({ length: lines }, (_, y) => y), padding: 0.08 },
      fy: { axis: null, domain: rows.map(({ method }) => method), padding: size.narrow ? 0.35 : 0.16 },
      marks: [
        plot.cell(cells, { x: 'x', y: 'y', fy: 'method', stroke: COLOR.faint, strokeWidth: 1, fill: 'none' }),
        plot.cell(cells, {
          x: 'x',
          y: 'y',
          fy: 'method',
          fill: COLOR.ours,
          fillOpacity: ({ share }: (typeof cells)[number]) => share ** 1.5,
          title: ({ share }: (typeof cells)[number]) => `${Math.round(100 * share)} %`,
        } as never),
        size.narrow
          ? plot.text(labels, {
              fy: 'method',
              text: 'text',
              frameAnchor: 'top-left',
              dy: -17,
              fill: COLOR.ink,
              fontWeight: 600,
            })
          : plot.text(labels, {
              fy: 'method',
              text: 'text',
              frameAnchor: 'left',
              textAnchor: 'end',
              dx: -12,
              fill: COLOR.ink,
              fontWeight: 600,
            }),
      ],
      opacity: { type: 'identity' } as never,
    });
  };
  return figure(`map-${k + 1}`, title, note, draw);
}
