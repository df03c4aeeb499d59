import { groupBy } from '../summary.ts';
import { sizeOf, suiteOf, titleOf } from './anytime.ts';
import { type Evidence, type Exhibit, ours, percent } from './evidence.ts';
import { COLOR, type Figure, figure, type Pen, type Size } from './figure.ts';

/** Windows that are shown, each of another suite. */
const MOST = 2;

/** How full each node is on a few windows: now where tasks run already, by first-fit, by the cheapest rule, and by us. */
export function utilisationMaps(evidence: Evidence, pen: Pen): Figure[] {
  const mine = ours(evidence);
  if (!mine) return [];
  const bySuite = [...groupBy(evidence.exhibits, (one) => suiteOf(one.case)).values()];
  const shown = bySuite.flatMap((exhibits) => {
    const windows = [...groupBy(exhibits, (one) => one.case.name).values()];
    const largestFirst = windows.sort((a, b) => b[0]!.case.nodes - a[0]!.case.nodes);
    const rows = largestFirst.map((runs) => rowsOf(runs, mine.name)).find((found) => found !== null);
    return rows ? [rows] : [];
  });
  // the widest difference in nodes used says most, the first suite is what the other charts show
  const [first, ...others] = shown;
  const saved = (rows: readonly Exhibit[]) => inUse(sharesOf(rows[0]!)) / inUse(sharesOf(rows.at(-1)!));
  const differing = others.sort((a, b) => saved(b) - saved(a));
  return (first ? [first, ...differing] : []).slice(0, MOST).map((rows, k) => mapOf(rows, pen, k));
}

/** The runs of a map, dearest first; null where there is nothing to compare, or nothing differs. */
function rowsOf(runs: readonly Exhibit[], mine: string): Exhibit[] | null {
  const counted = runs.filter((one) => one.figures.over !== null && sharesOf(one).length > 0 && one.run.repeat === 1);
  const own = counted.find(({ method }) => method === mine);
  const rules = counted.filter(({ family }) => family === 'rule').sort((a, b) => a.figures.over! - b.figures.over!);
  const first = rules.find(({ method }) => method === 'first-fit') ?? rules.at(-1);
  if (!own || !first) return null;
  if (inUse(sharesOf(own)) >= inUse(sharesOf(first)) && first.figures.over! - own.figures.over! < LEAST) return null;
  return [...new Set([first, rules[0]!])].concat(own);
}

/** Share of cost below which two assignments that use as many nodes are not worth a map. */
const LEAST = 1e-3;

/** Nodes in the order of the window → share in use. */
const sharesOf = ({ run }: Exhibit): readonly number[] => run.checked?.shares ?? [];
const inUse = (shares: readonly number[]): number => shares.filter((share) => share > 0).length;

/** One line of cells. */
interface Line {
  readonly method: string;
  readonly words: string;
  readonly shares: readonly number[];
}

function mapOf(rows: readonly Exhibit[], pen: Pen, k: number): Figure {
  const { nodes, now = [] } = rows[0]!.case;
  const own = rows.at(-1)!;
  const rule = rows[0]!;
  const size = sizeOf(rows[0]!.case);
  const running = now.length > 0;
  const lines: Line[] = [
    ...(running ? [{ method: 'now', words: `${inUse(now)} nodes in use`, shares: now }] : []),
    ...rows.map((one) => {
      const { cost, over } = one.figures;
      const words = `${cost!.toPrecision(5)} ${over === 0 ? '(the best)' : `(+${percent(over)})`}`;
      return { method: one.method, words, shares: sharesOf(one) };
    }),
  ];
  const need = inUse(sharesOf(own));
  const usedByRule = inUse(sharesOf(rule));
  const title = `${titleOf(rows[0]!.case)}: ${
    running && need < inUse(now)
      ? `${size} need ${need} nodes, where ${inUse(now)} are in use now and ${rule.method} uses ${usedByRule}`
      : need < usedByRule
        ? `${size} need ${need} nodes, where ${rule.method} uses ${usedByRule}`
        : `on these ${nodes} nodes ${rule.method} costs ${percent(rule.figures.over! - own.figures.over!)} more than Placewright`
  }`;
  const note = `One window, ${size}. A cell is a node; the darker, the fuller in its scarcest resource. Beside each method its cost, and how much that is above the best.${running ? ' At the top what runs before anything is placed.' : ''}`;
  return figure(`map-${k + 1}`, title, note, (width) => drawn(lines, nodes, pen, title, width));
}

function drawn(lines: readonly Line[], nodes: number, pen: Pen, title: string, size: Size): string {
  const { plot } = pen;
  const left = size.narrow ? 0 : 210;
  const columns = Math.min(nodes, size.narrow ? 15 : 50);
  const deep = Math.ceil(nodes / columns);
  const side = Math.min((size.width - left) / columns, size.narrow ? 24 : 40);
  const heading = size.narrow ? 20 : 0; // above its cells
  const between = 14 + heading;
  const step = deep * side + between;
  const cells = lines.flatMap(({ method, shares }) =>
    shares.map((share, j) => ({
      method,
      x: j % columns,
      y: Math.floor(j / columns),
      share: Math.min(1, share),
    })),
  );
  const place = { x: 'x', y: 'y', fy: 'method' } as const;
  return pen.draw(size, title, {
    marginLeft: left,
    marginRight: Math.max(0, size.width - left - side * columns),
    marginTop: heading,
    marginBottom: 4,
    height: lines.length * step - between + heading + 4,
    x: { axis: null, domain: Array.from({ length: columns }, (_, x) => x), ...SNUG },
    y: { axis: null, domain: Array.from({ length: deep }, (_, y) => y), ...SNUG },
    fy: {
      axis: null,
      domain: lines.map(({ method }) => method),
      paddingInner: between / step,
      paddingOuter: 0,
      round: false,
    },
    marks: [
      plot.cell(cells, { ...place, stroke: COLOR.faint, strokeWidth: 1, fill: 'none' }),
      plot.cell(cells, {
        ...place,
        fill: COLOR.ours,
        fillOpacity: ({ share }: (typeof cells)[number]) => share ** 1.5,
        title: ({ share }: (typeof cells)[number]) => `${Math.round(100 * share)} %`,
      } as never),
      plot.text(lines, {
        fy: 'method',
        text: ({ method, words }: Line) => `${method}${size.narrow ? ': ' : '\n'}${words}`,
        fill: COLOR.ink,
        fontWeight: 600,
        ...(size.narrow
          ? { frameAnchor: 'top-left' as const, lineAnchor: 'bottom' as const, dy: -5 }
          : { frameAnchor: 'left' as const, textAnchor: 'end' as const, dx: -12 }),
      }),
    ],
    opacity: { type: 'identity' } as never,
  });
}

/** Cells stand close together, and their row begins where the chart does. */
const SNUG = { paddingInner: 0.08, paddingOuter: 0, round: false };
