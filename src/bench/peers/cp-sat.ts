import { readFileSync } from 'node:fs';
import { CpSat } from 'or-tools-wasm/cp-sat';
import type { LinearProgram } from '../../model/linear-program.ts';
import { finite, type Peer, type PeerAnswer, type PeerLimits, PROVED, timed } from './peer.ts';

/**
 * CP-SAT of OR-Tools in WebAssembly, one worker. It knows whole numbers only: {@link wholeRow} and {@link costScale}
 * say what that costs.
 */
export const peer: Peer = {
  name: 'cp-sat',
  async load() {
    await CpSat.loadModule();
    // build/javascript/node/cp-sat.js of the package
    const described = new URL('../../../package.json', import.meta.resolve('or-tools-wasm/cp-sat'));
    return `or-tools-wasm ${JSON.parse(readFileSync(described, 'utf8')).version}`;
  },
  async solve(program, limits) {
    if (program.integer.includes(0)) return null;
    return timed(() => answerOf(program, limits));
  },
};

async function answerOf(program: LinearProgram, { seconds, onIncumbent }: PeerLimits): Promise<Omit<PeerAnswer, 'ms'>> {
  const started = performance.now();
  const { columns, cost } = program;
  const scale = costScale(cost);
  const rows = rowsOf(program).map(wholeRow);
  const exact = rows.every((row) => row.exact);
  const model = await CpSat.createModel({
    variables: Array.from(cost, (_, c) => ({ domain: [program.lower[c]!, program.upper[c]!] })),
    constraints: rows.map(({ vars, coeffs, domain }) => ({ linear: { vars, coeffs, domain } })),
    objective: { vars: [...cost.keys()], coeffs: Array.from(cost, (value) => Math.round(scale * value)) },
  });
  const building = (performance.now() - started) / 1000;
  const { response } = await CpSat.solve(
    model,
    { maxTimeInSeconds: Math.max(0.001, seconds - building), numWorkers: 1, relativeGapLimit: PROVED },
    {
      // delivered when the solve is over, each with its own time
      onSolution: ({ solution = [], wallTime = 0 }) =>
        onIncumbent?.(Float64Array.from(solution, Number), building + wallTime),
    },
  );
  const status = { OPTIMAL: 'optimal', FEASIBLE: 'feasible', INFEASIBLE: 'infeasible' }[String(response?.status)] as
    | PeerAnswer['status']
    | undefined;
  // a bound of rounded costs may be off by half a unit for each placed copy; tightened rows prove nothing
  const rounding = Array.from(cost).every((value) => isWhole(scale * value)) ? 0 : 0.5 * placements(program);
  const told = finite(response?.bestObjectiveBound);
  const bound = told !== null && exact && status !== 'infeasible' ? (told - rounding) / scale : null;
  const solution = response?.solution ?? [];
  if (solution.length !== columns)
    return { status: status === 'infeasible' && exact ? status : 'unknown', cost: null, bound, x: null };
  const x = Float64Array.from(solution, Number);
  return { status: exact ? status! : 'feasible', cost: x.reduce((sum, y, c) => sum + y * cost[c]!, 0), bound, x };
}

/** Copies that must be placed: what equality rows add up to. */
const placements = ({ rowLower, rowUpper }: LinearProgram): number =>
  rowLower.reduce((sum, lower, r) => sum + (lower === rowUpper[r] ? lower : 0), 0);

const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value));

/** Least power of ten up to 10⁶ that makes all values whole, else 10⁶. */
function decimalScale(values: readonly number[]): number {
  let scale = 1;
  while (scale < 1e6 && !values.every((value) => isWhole(scale * value))) scale *= 10;
  return scale;
}

/**
 * Costs times the least power of ten that makes them whole, exact for costs of up to six decimals; beyond that they are
 * rounded at the sixth, which changes the cost of an answer by at most 5e-7 a copy. Costs above 10⁹ are divided first.
 */
function costScale(cost: Float64Array): number {
  const largest = cost.reduce((most, value) => Math.max(most, value), 0);
  return largest > 1e9 ? 1e9 / largest : decimalScale(Array.from(cost));
}

interface Row {
  readonly vars: number[];
  readonly values: number[];
  readonly lower: number;
  readonly upper: number;
}

/**
 * A row times the least power of ten (up to 10⁶) that makes it whole, exact for demands of up to six decimals. Beyond
 * that its coefficients are rounded up, so that what fits the row fits the node; the row may then refuse what fits by
 * less than 1e-6 a copy, and bounds are not counted.
 */
function wholeRow({ vars, values, lower, upper }: Row) {
  const scale = decimalScale(values);
  const exact = values.every((value) => isWhole(scale * value));
  const coeffs = values.map((value) => (exact ? Math.round(scale * value) : Math.ceil(scale * value)));
  const most = coeffs.reduce((sum, value, at) => sum + Math.max(0, value) * (values[at]! === 0 ? 0 : 1), 0);
  const least = coeffs.reduce((sum, value) => sum + Math.min(0, value), 0);
  const domain = [
    Number.isFinite(lower) ? Math.ceil(scale * lower - 1e-6) : least * 1e6,
    Number.isFinite(upper) ? Math.floor(scale * upper + 1e-6) : most * 1e6,
  ];
  return { vars, coeffs, domain, exact };
}

/** The program row by row. */
function rowsOf({ columns, rows, start, rowIndex, value, rowLower, rowUpper }: LinearProgram): Row[] {
  const list: Row[] = Array.from({ length: rows }, (_, r) => ({
    vars: [],
    values: [],
    lower: rowLower[r]!,
    upper: rowUpper[r]!,
  }));
  for (let c = 0; c < columns; c++)
    for (let at = start[c]!; at < start[c + 1]!; at++) {
      list[rowIndex[at]!]!.vars.push(c);
      list[rowIndex[at]!]!.values.push(value[at]!);
    }
  return list;
}
