import library, { type Model } from 'javascript-lp-solver';
import type { LinearProgram } from '../../model/linear-program.ts';
import { checkedEngine, nothing } from './checked.ts';
import type { Engine, EngineLimits } from './engine.ts';
import { type Answer, isInteger } from './outcome.ts';
import { type DenseForm, denseForm } from './tableau.ts';

// the package's types describe its CommonJS build; imported, the solver itself is the default export
const solver = library as unknown as typeof library.default;

/** The package's version; it doesn't export it. */
const VERSION = '1.0';

/** Most numbers in the dense tableau, 8 bytes each, twice for integer programs: larger programs are refused. */
const TABLEAU_SIZE = 2e7;

/** Depth first until there is an incumbent, best first from then on; the default finds none before it is done. */
const SEARCH = { nodeSelection: 'hybrid', branching: 'most-fractional' } as const;

/**
 * javascript-lp-solver: a dense tableau simplex and a plain branch and bound, without WebAssembly. For small programs
 * and cross-checks. Its limits:
 *
 * - The time limit is looked at between branch-and-bound nodes only. One simplex run can't be stopped, and on degenerate
 *   programs it may go round in circles for ever: only ending its thread helps.
 * - Its presolver removes nothing, but forgets the costs of columns it takes as fixed, which spoils the duals: it is off.
 * - Pivots and zeros are judged by an absolute 1e-8, so that badly scaled programs come out wrong or infeasible. Optima
 *   of linear programs are proven by the duals, so a wrong one is called `feasible`. Infeasibility, and the optimum of an
 *   integer program, rest on its word.
 * - Its search may go on for ever where integer columns are unbounded; those without any bound are refused.
 * - An incumbent within `relativeGap` ends the search without a bound: `feasible`.
 */
export async function loadJslp(died: () => void): Promise<Engine> {
  const version = `jslp ${VERSION}`;
  return checkedEngine({ name: 'jslp', version, countsNodes: false, diesOfExceptions: false, answer }, died);
}

function answer(program: LinearProgram, limits: EngineLimits): Answer {
  if (program.integer.some((whole, c) => whole && program.lower[c] === -Infinity && program.upper[c] === Infinity)) {
    return nothing('failed', 'jslp: integer columns need a finite bound');
  }
  const form = denseForm(program);
  const height = form.rows.length + 1;
  const width = form.columns.length + 1;
  if (height * width > TABLEAU_SIZE) return nothing('failed', `jslp: a tableau of ${height} × ${width} is too large`);

  const timeout = limits.timeLimitMs === undefined ? null : Math.max(1, Math.ceil(limits.timeLimitMs));
  const tolerance = Math.max(0, limits.relativeGap ?? 0);
  const begin = Date.now(); // the clock it reads
  solver.Solve({
    optimize: 'cost',
    opType: 'min',
    ...named(form),
    options: { presolve: false, ...SEARCH, tolerance, ...(timeout === null ? {} : { timeout }) },
  });
  const timeUp = timeout !== null && Date.now() - begin >= timeout;
  const model = solver.lastSolvedModel!;
  solver.lastSolvedModel = null; // it would keep the tableau in memory
  const { tableau } = model;
  const { feasible, bounded } = tableau;
  const integer = isInteger(program);
  const message = `jslp feasible ${feasible} bounded ${bounded} ${model.messages.join(' ')}`;
  const cycled = model.messages.length > 0;

  // a subproblem that went round in circles was cut off unsolved: nothing is proven
  if (!bounded || tableau.unboundedVarIndex !== null) return { ...nothing('completed', message), claim: 'unbounded' };
  const found = integer ? tableau.__isIntegral === true : feasible;
  if (!found) {
    if (integer && timeUp) return nothing('limit', message);
    if (feasible || cycled) return nothing('failed', message);
    return { ...nothing('completed', message), claim: 'infeasible' };
  }
  const x = form.columnsFrom(Float64Array.from(model.variables, (variable) => variable.value));
  if (integer) {
    const stopped = timeUp ? 'limit' : cycled ? 'failed' : 'completed';
    const claim = stopped === 'completed' && tolerance === 0 ? 'optimal' : 'feasible';
    return { call: stopped, claim, x, rowDuals: null, bound: null, message };
  }
  // the cost row of the last tableau holds the price of every row whose slack is out of the basis
  const priceOf = (index: number) => {
    const column = tableau.colByVarIndex[index] ?? -1;
    return column === -1 ? 0 : tableau.matrix[column]!;
  };
  const prices = Float64Array.from(model.constraints, (row) => (row.isUpperBound ? 1 : -1) * priceOf(row.index));
  return { call: 'completed', claim: 'optimal', x, rowDuals: form.rowDualsFrom(prices), bound: null, message };
}

/** The form by names, in order: names like numbers would be sorted. */
function named(form: DenseForm): Pick<Model, 'constraints' | 'variables' | 'ints'> {
  const constraints: Record<string, { min: number } | { max: number }> = {};
  const variables = form.columns.map(({ cost }): Record<string, number> => ({ cost }));
  form.rows.forEach((row, r) => {
    constraints[`r${r}`] = row.atMost ? { max: row.limit } : { min: row.limit };
    for (const [column, value] of row.entries) variables[column]![`r${r}`] = value;
  });
  return {
    constraints,
    variables: Object.fromEntries(variables.map((variable, v) => [`x${v}`, variable])),
    ints: Object.fromEntries(form.columns.flatMap(({ integer }, v) => (integer ? [[`x${v}`, 1 as const]] : []))),
  };
}
