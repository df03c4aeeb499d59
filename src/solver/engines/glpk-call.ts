import GLPK, { type GLPK as Instance, type LP } from 'glpk.js/node';
import type { LinearProgram } from '../../model/linear-program.ts';

/** The statuses of glpk.js, and `aborted` for a call that ended in a failed assertion. */
export const status = { aborted: 0, undefined: 1, feasible: 2, infeasible: 4, optimal: 5, unbounded: 6 } as const;

/** What one call says. The columns mean nothing unless the status is `feasible` or `optimal`. */
export interface Reply {
  readonly status: number;
  readonly x: Float64Array; // columns
  readonly rowDuals: Float64Array | null; // rows; linear programs only
  readonly timeUp: boolean;
  readonly words: string; // for logs
}

export interface CallOptions {
  readonly presol: boolean;
  readonly mipgap?: number;
}

/** Calls of glpk.js, one at a time, until `end` (milliseconds on the clock of `performance.now`). */
export interface Caller {
  readonly version: string;
  call(program: LinearProgram, end: number, options: CallOptions): Reply;
}

/**
 * A caller with a spare instance in reserve (16 MB of memory each, untouched until used): GLPK's integer presolver ends
 * on failed assertions for some infeasible programs, after which its WebAssembly instance can't be trusted. The spare
 * takes over at once and is replaced in the background. Throws when two calls in a row needed one.
 */
export async function loadCaller(): Promise<Caller> {
  const instances = [await silentInstance(), await silentInstance()];

  function call(program: LinearProgram, end: number, options: CallOptions): Reply {
    const instance = instances[0];
    if (instance === undefined) throw new Error('no instance of glpk left');
    const begin = performance.now();
    // handed on as 32-bit milliseconds: Infinity would wrap around to 0, "at once"
    const milliseconds = Math.min(Math.max(1, Math.floor(end - begin)), 2 ** 31 - 1);
    // GLPK's own clock counts whole milliseconds
    const timeUp = () => performance.now() >= begin + milliseconds - 2;
    try {
      const limits = { msglev: instance.GLP_MSG_OFF, tmlim: milliseconds / 1000 };
      const { result } = instance.solve(modelOf(instance, program), { ...limits, ...options });
      const { vars, dual } = result;
      const x = Float64Array.from({ length: program.columns }, (_, c) => vars[`${c}`]!);
      const rowDuals = dual ? Float64Array.from({ length: program.rows }, (_, r) => dual[`${r}`]!) : null;
      return { status: result.status, x, rowDuals, timeUp: timeUp(), words: `status ${result.status}` };
    } catch (error) {
      instances.shift();
      silentInstance().then(
        (fresh) => instances.push(fresh),
        () => {}, // without a spare the next abort is the last
      );
      const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return { status: status.aborted, x: new Float64Array(0), rowDuals: null, timeUp: timeUp(), words };
    }
  }

  return { version: `glpk ${instances[0]!.version}`, call };
}

let lastLoad: Promise<unknown> = Promise.resolve();

/**
 * A fresh instance that writes nothing to standard output, which belongs to the answer. glpk.js can't be told where to
 * write: it keeps whatever `console.log` and `console.error` are while it loads. One load at a time.
 */
function silentInstance(): Promise<Instance> {
  const instance = lastLoad.then(loadSilently);
  lastLoad = instance.catch(() => {});
  return instance;
}

async function loadSilently(): Promise<Instance> {
  const { log, error } = console;
  let silent = false;
  console.log = (...words: unknown[]) => silent || log(...words);
  console.error = (...words: unknown[]) => silent || error(...words);
  try {
    return await GLPK();
  } finally {
    Object.assign(console, { log, error });
    silent = true;
  }
}

/** The program in glpk.js' own form: everything by name, columns in order because the objective names them all. */
function modelOf(glpk: Instance, program: LinearProgram): LP {
  const { columns, rows, cost, start, rowIndex, value } = program;
  const names = Array.from({ length: Math.max(columns, rows) }, (_, n) => `${n}`);
  const entries: { name: string; coef: number }[][] = Array.from({ length: rows }, () => []);
  const vars: { name: string; coef: number }[] = [];
  const generals: string[] = [];
  for (let c = 0; c < columns; c++) {
    const name = names[c]!;
    vars.push({ name, coef: cost[c]! });
    if (program.integer[c]) generals.push(name);
    for (let k = start[c]!; k < start[c + 1]!; k++) entries[rowIndex[k]!]!.push({ name, coef: value[k]! });
  }
  const bounded = (lb: number, ub: number) => ({ type: typeOf(glpk, lb, ub), lb, ub });
  const { lower, upper, rowLower, rowUpper } = program;
  return {
    name: 'program',
    objective: { direction: glpk.GLP_MIN, name: 'cost', vars },
    subjectTo: entries.map((vars, r) => ({ name: names[r]!, vars, bnds: bounded(rowLower[r]!, rowUpper[r]!) })),
    bounds: vars.map(({ name }, c) => ({ name, ...bounded(lower[c]!, upper[c]!) })),
    generals,
  };
}

function typeOf(glpk: Instance, lower: number, upper: number): number {
  if (lower === upper) return glpk.GLP_FX;
  if (lower === Number.NEGATIVE_INFINITY) return upper === Number.POSITIVE_INFINITY ? glpk.GLP_FR : glpk.GLP_UP;
  return upper === Number.POSITIVE_INFINITY ? glpk.GLP_LO : glpk.GLP_DB;
}
