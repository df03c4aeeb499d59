import { byWindow, type Evidence, type Method, ours } from './evidence.ts';
import { COLOR, dashOf, endLabels, type Figure, figure, type Pen, type Size } from './figure.ts';
import { apart } from './labels.ts';

/** Ratios below this are drawn at it: as good as the best. */
const LEAST = 1e-4;
const MOST = 1;
/** Rules that are named; the others are lines only. */
const NAMED = 2;
/** Windows below which a profile says nothing. */
const FEWEST = 4;

/**
 * Performance profiles (Dolan and Moré, Benchmarking optimization software with performance profiles, Mathematical
 * Programming 91, 2002): the share of windows that a method answers within each factor of the best answer.
 */
export function profileCharts(evidence: Evidence, pen: Pen): Figure[] {
  const figures: Figure[] = [];
  const mine = ours(evidence);
  if (!mine) return figures;
  const cost = curvesOf(evidence.methods, (name) => byWindow(evidence, name).map(({ regret }) => regret));
  if (cost.some(({ windows }) => windows >= FEWEST)) {
    const own = cost.find(({ name }) => name === mine.name)!;
    const within = own.curve.findLast(({ factor }) => factor <= 0.01)?.share ?? 0;
    const rival = cost
      .filter(({ family }) => family === 'rule')
      .map(({ curve }) => curve.findLast(({ factor }) => factor <= 0.01)?.share ?? 0);
    const title = `Placewright is within 1\u00a0% of the best on ${Math.round(within * own.windows)} of ${own.windows} windows${rival.length > 0 ? `, the best single rule on ${Math.round(Math.max(...rival) * own.windows)}` : ''}`;
    const note =
      'Performance profile over all windows: share of windows (up) where a method’s cost is within so many percent of the best of all (right, log scale). Higher and further left is better.';
    figures.push(
      figure(
        'profile-cost',
        title,
        note,
        draw(cost, mine, pen, title, {
          label: 'cost above the best, %',
          marks: [1e-4, 1e-3, 1e-2, 1e-1, 1],
          format: (value) => `${Number((100 * value).toPrecision(1))}`,
        }),
      ),
    );
  }
  const solving = evidence.methods.filter(({ family, name }) => family === 'solver' || name === mine.name);
  const byCase = new Map(
    solving.map(({ name }) => [name, new Map(byWindow(evidence, name).map((one) => [one.case.name, one.toProof]))]),
  );
  const proven = [...(byCase.get(mine.name)?.keys() ?? [])].filter(
    (name) =>
      [...byCase.values()].every((cases) => cases.has(name)) &&
      [...byCase.values()].some((cases) => cases.get(name) !== null),
  );
  if (solving.length > 1 && proven.length >= FEWEST) {
    const fastest = (name: string) =>
      Math.min(...[...byCase.values()].map((cases) => cases.get(name) ?? Number.POSITIVE_INFINITY));
    const time = curvesOf(
      solving,
      (method) =>
        proven.map((name) => {
          const seconds = byCase.get(method)!.get(name);
          return seconds === null || seconds === undefined ? null : seconds / fastest(name) - 1;
        }),
      1e-2,
      99,
    );
    const own = time.find(({ name }) => name === mine.name)!;
    const first = own.curve[0]?.share ?? 0;
    const title = `Of ${proven.length} windows that someone proved, Placewright was first on ${Math.round(first * proven.length)}`;
    const note =
      'Performance profile of the time to prove the optimum: share of windows (up) proven within so many times the fastest method’s time (right, log scale).';
    figures.push(
      figure(
        'profile-time',
        title,
        note,
        draw(time, mine, pen, title, {
          label: 'times the fastest',
          marks: [1e-2, 0.1, 1, 9, 99],
          format: (value) => `${Number((1 + value).toPrecision(2))}`,
        }),
      ),
    );
  }
  return figures;
}

interface Curve extends Method {
  readonly windows: number;
  readonly curve: { readonly factor: number; readonly share: number }[];
}

/** For each method the share of windows within each factor; null is within none. */
function curvesOf(
  methods: readonly Method[],
  excessOf: (name: string) => (number | null)[],
  least = LEAST,
  most = MOST,
): Curve[] {
  return methods.flatMap((method) => {
    const excess = excessOf(method.name);
    if (excess.length === 0) return [];
    const sorted = excess
      .filter((value) => value !== null)
      .map((value) => Math.max(least, value))
      .sort((a, b) => a - b);
    const curve = [
      { factor: least, share: 0 },
      ...sorted.map((factor, k) => ({ factor, share: (k + 1) / excess.length })).filter(({ factor }) => factor <= most),
    ];
    // of equal factors the last counts
    const distinct = curve.filter(({ factor }, k) => curve[k + 1]?.factor !== factor);
    return [
      { ...method, windows: excess.length, curve: [...distinct, { factor: most, share: distinct.at(-1)!.share }] },
    ];
  });
}

/** The axis of factors: what it tells, where it is marked, and how. */
interface Axis {
  readonly label: string;
  readonly marks: readonly number[];
  readonly format: (factor: number) => string;
}

const draw =
  (curves: readonly Curve[], mine: Method, pen: Pen, title: string, { label, marks, format }: Axis) =>
  (size: Size) => {
    const { plot } = pen;
    const solvers = curves.filter(({ family }) => family === 'solver').map(({ name }) => name);
    const area = ({ curve }: Curve) =>
      curve.reduce(
        (sum, { share }, k) => sum + share * Math.log((curve[k + 1]?.factor ?? curve[k]!.factor) / curve[k]!.factor),
        0,
      );
    const named = new Set(
      curves
        .filter(({ family }) => family === 'rule')
        .sort((a, b) => area(b) - area(a))
        .slice(0, NAMED)
        .map(({ name }) => name),
    );
    const order = (curve: Curve) =>
      curve.name === mine.name ? 3 : curve.family === 'ours' ? 2 : curve.family === 'solver' ? 1 : 0;
    const drawn = [...curves].sort((a, b) => order(a) - order(b));
    const ends = drawn
      .filter(({ family, name }) => family !== 'rule' || named.has(name))
      .map(({ name, family, curve }) => ({ name, color: COLOR[family], at: curve.at(-1)!.share }));
    const wanted = ends.map(({ at }) => at);
    for (const [k, at] of apart(wanted, size.narrow ? 0.07 : 0.055, 0, 1).entries()) ends[k]!.at = at;
    const most = drawn[0]!.curve.at(-1)!.factor;
    return pen.draw(size, title, {
      marginLeft: 46,
      marginRight: size.narrow ? 122 : 150,
      marginTop: 32,
      marginBottom: 40,
      height: size.narrow ? 280 : 340,
      // d3 leaves labels out between powers of the base, of two it leaves none of these
      x: { type: 'log', base: 2, label, ticks: marks, tickFormat: format, grid: true },
      y: {
        label: 'windows, %',
        domain: [0, 1],
        percent: false,
        tickFormat: (value: number) => `${Math.round(100 * value)}`,
        ticks: 5,
        grid: true,
      },
      marks: [
        ...drawn.map(({ name, family, limit, curve }) =>
          plot.lineY(curve, {
            x: 'factor',
            y: 'share',
            curve: 'step-after',
            stroke: COLOR[family],
            strokeWidth: name === mine.name ? 3 : family === 'rule' ? 1.2 : 2,
            ...(family === 'solver' && { strokeDasharray: dashOf(solvers, name) }),
            ...(family === 'ours' && limit < mine.limit && { strokeOpacity: 0.55 }),
            ...(family === 'rule' && { strokeOpacity: named.has(name) ? 1 : 0.45 }),
          }),
        ),
        endLabels(pen, ends, { x: most, dx: 9 }),
      ],
      color: { type: 'identity' },
    });
  };
