import { beforeAll, describe, expect, test } from 'vitest';
import { type LinearProgram, LinearProgramBuilder, objectiveOf, violationOf } from '../dist/model/linear-program.js';
import { checkedEngine } from '../dist/solver/engines/checked.js';
import type { Engine, EngineName, Outcome } from '../dist/solver/engines/engine.js';
import { loadEngine } from '../dist/solver/engines/engines.js';
import type { Answer } from '../dist/solver/engines/outcome.js';
import { type Column, program, type Row } from './support/programs.ts';

const names: EngineName[] = ['glpk', 'highs', 'jslp'];
const none = Number.POSITIVE_INFINITY;

/** A generator of its own: the programs below, degenerate and hard ones among them, are picked by these seeds. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Small numbers, every kind of row and bound; integer columns get finite bounds, within which a search ends. */
function randomProgram(seed: number, integer: boolean, boxed = false): LinearProgram {
  const random = mulberry32(seed);
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const rows: Row[] = Array.from({ length: whole(1, 6) }, () => {
    const limit = whole(-3, 12);
    const [lower, upper] = [
      [limit, limit],
      [limit, limit + whole(0, 5)],
      [limit, none],
      [-none, limit],
    ][whole(0, 3)]!;
    return [lower!, upper!];
  });
  const columns: Column[] = Array.from({ length: whole(1, 7) }, () => {
    const isInteger = integer && (boxed || random() < 0.7);
    const lower = random() < 0.3 ? whole(-4, 2) : 0;
    const upper = isInteger || boxed || random() < 0.5 ? lower + whole(0, 3) + (random() < 0.2 ? 0.5 : 0) : none;
    return [whole(-4, 9), !isInteger && !boxed && random() < 0.15 ? -none : lower, upper, isInteger];
  });
  return program(
    columns,
    rows.map(([lower, upper]) => [lower, upper, ...columns.map(() => (random() < 0.6 ? whole(-3, 6) : 0))]),
  );
}

/** Each task on one node, two resources, tight; `leave` adds a dear way to leave a task out, which makes incumbents easy. */
function assignment(tasks: number, nodes: number, seed: number, load: number, leave = false): LinearProgram {
  const random = mulberry32(seed);
  const demand = Array.from({ length: tasks }, () => [1 + Math.floor(random() * 20), 1 + Math.floor(random() * 20)]);
  const builder = new LinearProgramBuilder();
  for (let i = 0; i < tasks; i++) builder.row(1, 1);
  for (let j = 0; j < nodes; j++) {
    for (const k of [0, 1]) builder.row(-none, Math.ceil(demand.reduce((sum, d) => sum + d[k]!, 0) / nodes / load));
  }
  demand.forEach(([a, b], i) => {
    for (let j = 0; j < nodes; j++) {
      builder.column(Math.round((a! + b!) * (700 + 600 * random())) / 1000, 0, 1, true);
      builder.entry(i, 1);
      builder.entry(tasks + 2 * j, a!);
      builder.entry(tasks + 2 * j + 1, b!);
    }
    if (!leave) return;
    builder.column(1000, 0, 1, true);
    builder.entry(i, 1);
  });
  return builder.build();
}

function relaxed(of: LinearProgram): LinearProgram {
  return { ...of, integer: new Uint8Array(of.columns) };
}

function close(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** What must hold of every outcome, whatever the program. */
function expectSound(of: LinearProgram, outcome: Outcome): void {
  const solved = outcome.truth === 'optimal' || outcome.truth === 'feasible';
  expect(outcome.solution !== null).toBe(solved);
  expect(outcome.objective !== null).toBe(solved);
  expect(outcome.message.length).toBeLessThanOrEqual(300);
  if (outcome.call === 'completed') expect(outcome.truth).not.toBe('unknown');
  if (!outcome.solution) return;
  expect(violationOf(of, outcome.solution)).toBeLessThanOrEqual(1e-6);
  outcome.solution.forEach((value, c) => {
    if (of.integer[c]) expect(value).toBe(Math.round(value));
    expect(value).toBeGreaterThanOrEqual(of.lower[c]!);
    expect(value).toBeLessThanOrEqual(of.upper[c]!);
    expect(Object.is(value, -0)).toBe(false);
  });
  expect(outcome.objective).toBe(objectiveOf(of, outcome.solution));
  if (outcome.bound !== null) expect(outcome.bound).toBeLessThanOrEqual(outcome.objective!);
  if (outcome.truth === 'optimal') expect(close(outcome.bound!, outcome.objective!)).toBe(true);
  if (of.integer.includes(1)) expect([outcome.rowDuals, outcome.reducedCosts]).toEqual([null, null]);
}

/** Signs, reduced costs, strong duality and complementary slackness of an optimal linear program. */
function expectDual(of: LinearProgram, { solution, objective, rowDuals, reducedCosts }: Outcome): void {
  const activity = new Float64Array(of.rows);
  const reduced = of.cost.slice();
  for (let c = 0; c < of.columns; c++) {
    for (let k = of.start[c]!; k < of.start[c + 1]!; k++) {
      activity[of.rowIndex[k]!]! += of.value[k]! * solution![c]!;
      reduced[c]! -= of.value[k]! * rowDuals![of.rowIndex[k]!]!;
    }
  }
  let dual = 0;
  const expectPriced = (price: number, value: number, lower: number, upper: number) => {
    if (Math.abs(price) <= 1e-7) return;
    const limit = price > 0 ? lower : upper;
    expect(Math.abs(value - limit)).toBeLessThanOrEqual(1e-5);
    dual += price * limit;
  };
  rowDuals!.forEach((price, r) => {
    expectPriced(price, activity[r]!, of.rowLower[r]!, of.rowUpper[r]!);
  });
  reducedCosts!.forEach((price, c) => {
    expect(price).toBeCloseTo(reduced[c]!, 9);
    expectPriced(price, solution![c]!, of.lower[c]!, of.upper[c]!);
  });
  expect(close(dual, objective!)).toBe(true);
}

const loaded = {} as Record<EngineName, Engine>;
beforeAll(async () => {
  for (const name of names) loaded[name] = await loadEngine(name);
});

describe.each(names)('%s', (name) => {
  const solve = (of: LinearProgram, limits = {}) => {
    const outcome = loaded[name].solve(of, limits);
    expectSound(of, outcome);
    return outcome;
  };

  test('is loaded once and names itself', async () => {
    expect(loaded[name].name).toBe(name);
    expect(loaded[name].version).toMatch(new RegExp(`^${name} \\d+\\.\\d+`));
    expect(await loadEngine(name)).toBe(loaded[name]);
  });

  // biome-ignore format: one program per line
  const optima: Record<string, [number, LinearProgram]> = {
    'a linear program': [9, program([[2, 0, none], [3, 0, none]], [[4, none, 1, 1], [-none, 3, 1]])],
    'a maximum, as the minimum of −z': [-36, program([[-3, 0, none], [-5, 0, none]], [[-none, 4, 1], [-none, 12, 0, 2], [-none, 18, 3, 2]])],
    'equalities only': [7, program([[1, 0, none], [2, 0, none], [4, 0, none]], [[5, 5, 1, 1, 1], [2, 2, 0, 1, 0]])],
    'negative, free and upper-bounded columns': [-9, program([[1, -none, none], [1, -5, 3], [1, -none, 4]], [[-4, none, 1, 1], [-5, none, 0, 0, 1]])],
    'a ranged row': [2, program([[1, 0, none], [1, 0, none]], [[2, 6, 1, 1], [-1, 1, 1, -1]])],
    'free rows and rows without entries': [3, program([[1, 0, none]], [[-none, none, 1], [-1, 1, 0], [3, none, 1]])],
    'fixed columns': [8, program([[1, 2, 2], [2, 0, none]], [[5, none, 1, 1]])],
    'columns without entries': [-1, program([[1, 0, none], [-3, 0, 1]], [[2, none, 1]])],
    // Beale's, on which a careless simplex goes round in circles
    'a degenerate vertex': [-0.05, program([[-0.75, 0, none], [150, 0, none], [-0.02, 0, none], [6, 0, none]],
      [[-none, 0, 0.25, -60, -0.04, 9], [-none, 0, 0.5, -90, -0.02, 3], [-none, 1, 0, 0, 1]])],
    'a fractional relaxation': [-20, program([[-5, 0, none, true], [-4, 0, none, true]], [[-none, 24, 6, 4], [-none, 6, 1, 2]])],
    'a knapsack': [-15, program([[-10, 0, 1, true], [-7, 0, 1, true], [-8, 0, 1, true]], [[-none, 8, 6, 4, 4]])],
    'integer columns with fractional bounds': [3, program([[1, 0.5, 2.5, true], [1, 0, 1.5, true]], [[3.2, none, 1, 1.3]])],
    'integer and continuous columns': [2.5, program([[1, 0, none, true], [1, 0, 0.5]], [[2.5, none, 1, 1]])],
    'integer columns without a lower bound': [-7, program([[2, -none, 3, true], [-1, 0, 1, true]], [[-3.5, none, 1, 0]])],
    'no rows': [-7, program([[2, -2, 3], [-1, 0, 3], [0, -none, none]], [])],
    'no columns': [0, program([], [[-1, 1], [0, none]])],
    'nothing at all': [0, program([], [])],
  };

  test.each(Object.entries(optima))('finds the optimum of %s', (_, [objective, of]) => {
    const outcome = solve(of);
    expect(outcome).toMatchObject({ call: 'completed', truth: 'optimal' });
    expect(outcome.objective).toBeCloseTo(objective, 6);
    if (!of.integer.includes(1)) expectDual(of, outcome);
  });

  // biome-ignore format: one program per line
  const infeasible: Record<string, LinearProgram> = {
    'contradicting rows': program([[1, 0, none], [0, 0, none]], [[2, none, 1, 1], [-none, 1, 1, 1]]),
    'a row beyond the bounds': program([[1, 0, 1], [1, 0, 1]], [[3, none, 1, 1]]),
    'contradicting bounds': program([[1, 2, 1]], [[0, none, 1]]),
    'contradicting row limits': program([[1, 0, 1]], [[2, 1, 1]]),
    'an empty row that cannot hold': program([[1, 0, 1]], [[1, none, 0], [0, none, 1]]),
    'no columns but a demand': program([], [[1, none]]),
    'an integer program whose relaxation is feasible': program([[1, 0, 5, true], [1, 0, 5, true]], [[3, 3, 2, 2]]),
    'no whole number between the bounds': program([[1, 0.2, 0.8, true]], [[0, none, 1]]),
    'an integer program without a relaxation': program([[1, 0, 9, true], [1, 0, 9, true]], [[30, none, 1, 1]]),
    'an integer program of unbounded relaxation': program([[-1, 0, none], [1, 0, 4, true]], [[1, 1, 0, 2]]),
  };

  test.each(Object.entries(infeasible))('proves infeasible: %s', (_, of) => {
    expect(solve(of)).toMatchObject({ call: 'completed', truth: 'infeasible' });
  });

  // biome-ignore format: one program per line
  const unbounded: Record<string, LinearProgram> = {
    'a linear program': program([[-1, 0, none], [1, 0, none]], [[-none, 1, 1, -2]]),
    'a free column': program([[1, -none, none]], [[-none, 5, 1]]),
    'an integer program': program([[-1, 0, none, true], [1, 0, 3, true]], [[0, none, 1, 1]]),
    'no rows': program([[-1, 0, none]], []),
  };

  test.each(Object.entries(unbounded))('proves unbounded: %s', (_, of) => {
    expect(solve(of)).toMatchObject({ call: 'completed', truth: 'unbounded' });
  });

  test('prices rows as the change of the objective per unit of right-hand side', () => {
    // biome-ignore format: one program per line
    const outcome = solve(program([[2, 0, none], [3, 0, none]], [[4, none, 1, 1], [-none, 3, 1, 0], [-9, none, 0, 1]]));
    const rounded = (prices: Float64Array) => Array.from(prices, (price) => Math.round(price * 1e6) / 1e6 + 0);
    expect(rounded(outcome.rowDuals!)).toEqual([3, -1, 0]);
    expect(rounded(outcome.reducedCosts!)).toEqual([0, 0]);
  });

  test('finds a free integer column, or refuses it', () => {
    const outcome = solve(program([[1, -none, none, true]], [[-3.5, none, 1]]));
    // the search of jslp would never end
    if (name === 'jslp') expect(outcome).toMatchObject({ call: 'failed', truth: 'unknown' });
    else expect(outcome).toMatchObject({ truth: 'optimal', objective: -3 });
  });

  test('solves the relaxation of an assignment with prices that prove it', () => {
    const of = relaxed(assignment(60, 8, 5, 0.8));
    const outcome = solve(of);
    expect(outcome.truth).toBe('optimal');
    expectDual(of, outcome);
  });

  test.each([1e-7, 1e7])('is not misled by units: bytes, and costs × %d', (price) => {
    for (const of of [relaxed(assignment(30, 6, 5, 0.8)), assignment(12, 4, 5, 0.8)]) {
      // the second resource of every node counted in 2^-30
      const unit = (r: number) => (of.rowLower[r] === 1 || (r - of.rows) % 2 === 0 ? 1 : 2 ** 30);
      const small = solve(of);
      const big = solve({
        ...of,
        cost: of.cost.map((cost) => cost * price),
        rowUpper: of.rowUpper.map((limit, r) => limit * unit(r)),
        value: of.value.map((value, k) => value * unit(of.rowIndex[k]!)),
      });
      expect([small.truth, big.truth]).toEqual(['optimal', 'optimal']);
      expect(big.objective! / price / small.objective!).toBeCloseTo(1, 9);
      big.rowDuals?.forEach((dual, r) => {
        expect((dual * unit(r)) / price).toBeCloseTo(small.rowDuals![r]!, 6);
      });
    }
  });

  test('agrees with enumeration', () => {
    let feasible = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const of = randomProgram(seed, true, true);
      const best = enumerate(of);
      const outcome = solve(of);
      expect([seed, outcome.truth]).toEqual([seed, best === null ? 'infeasible' : 'optimal']);
      if (best === null) continue;
      feasible++;
      expect([seed, outcome.objective]).toEqual([seed, expect.closeTo(best, 6)]);
    }
    expect(feasible).toBeGreaterThan(10);
    expect(feasible).toBeLessThan(50);
  });

  test('prices random linear programs right', () => {
    let optimal = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const of = randomProgram(1000 + seed, false);
      const outcome = solve(of);
      expect([seed, outcome.call]).toEqual([seed, 'completed']);
      if (outcome.truth !== 'optimal') continue;
      optimal++;
      expectDual(of, outcome);
    }
    expect(optimal).toBeGreaterThan(20);
  });

  test('says so when no time is left', () => {
    expect(solve(assignment(5, 2, 1, 0.7), { timeLimitMs: 0 })).toMatchObject({ call: 'limit', truth: 'unknown' });
  });

  test('stops at a time limit too short for an incumbent', () => {
    const outcome = solve(assignment(40, 10, 3, 0.9), { timeLimitMs: 1 });
    expect(outcome).toMatchObject({ call: 'limit', truth: 'unknown' });
  });

  test('stops at a time limit with the incumbent it has', () => {
    const of = assignment(40, 10, 3, 0.9, true);
    const outcome = solve(of, { timeLimitMs: 700 });
    expect(outcome.call).toBe('limit');
    // without a clock nobody can say when the first incumbent comes; expectSound has checked it if there is one
    expect(['feasible', 'unknown']).toContain(outcome.truth);
    expect(outcome.rowDuals).toBeNull();
  });

  test('stops at a relative gap without calling it optimal', () => {
    const of = assignment(14, 4, 2, 0.85);
    const best = solve(of).objective!;
    const outcome = solve(of, { relativeGap: 0.5 });
    expect(outcome.call).toBe('completed');
    expect(outcome.objective! - best).toBeLessThanOrEqual(0.5 * outcome.objective!);
    expect(outcome.objective).toBeGreaterThanOrEqual(best - 1e-6);
    if (outcome.truth === 'optimal') expect(close(outcome.objective!, best)).toBe(true);
    if (outcome.bound !== null) expect(outcome.bound).toBeLessThanOrEqual(best + 1e-6);
  });

  test('repeats itself', () => {
    const of = assignment(12, 4, 9, 0.8);
    expect(solve(of)).toEqual(solve(of));
  });

  test('refuses malformed programs', () => {
    const of = assignment(3, 2, 1, 0.5);
    expect(() => loaded[name].solve({ ...of, cost: new Float64Array(2) })).toThrow(TypeError);
    expect(() => loaded[name].solve({ ...of, cost: of.cost.map(() => Number.NaN) })).toThrow(TypeError);
  });
});

/** The least objective of a program of integer columns between finite bounds; null when none is feasible. */
function enumerate(of: LinearProgram): number | null {
  const x = new Float64Array(of.columns);
  let best: number | null = null;
  const choose = (c: number): void => {
    if (c === of.columns) {
      if (violationOf(of, x) <= 1e-9) best = Math.min(best ?? none, objectiveOf(of, x));
      return;
    }
    for (x[c] = Math.ceil(of.lower[c]!); x[c]! <= of.upper[c]!; x[c]!++) choose(c + 1);
  };
  choose(0);
  return best;
}

describe('all engines', () => {
  test.each([
    ['linear', 2000, false],
    ['integer', 3000, true],
  ] as const)('agree on 100 random %s programs', (_, first, integer) => {
    const truths = new Map<string, number>();
    for (let seed = first; seed < first + 100; seed++) {
      const of = randomProgram(seed, integer);
      const outcomes = names.map((name) => loaded[name].solve(of));
      const [truth] = outcomes.map((outcome) => outcome.truth);
      truths.set(truth!, (truths.get(truth!) ?? 0) + 1);
      expect([seed, ...outcomes.map((outcome) => outcome.truth)]).toEqual([seed, truth, truth, truth]);
      if (truth !== 'optimal') continue;
      const [objective] = outcomes.map((outcome) => outcome.objective);
      const apart = outcomes.filter((outcome) => !close(outcome.objective!, objective!));
      expect([seed, apart]).toEqual([seed, []]);
    }
    // the programs are of every kind, or the agreement says little
    for (const truth of ['optimal', 'infeasible', 'unbounded']) expect(truths.get(truth)).toBeGreaterThan(3);
  });
});

describe('highs only', () => {
  const of = assignment(40, 10, 3, 0.9);

  test('stops at a node limit, the same way every time, with bound and incumbents told on the way', () => {
    const told: [number, number | null][] = [];
    const onIncumbent = (x: Float64Array, objective: number, bound: number | null) => {
      expect(violationOf(of, x)).toBeLessThanOrEqual(1e-6);
      expect(objective).toBe(objectiveOf(of, x));
      told.push([objective, bound]);
    };
    const outcome = loaded.highs.solve(of, { nodeLimit: 20, onIncumbent });
    expectSound(of, outcome);
    expect(outcome).toMatchObject({ call: 'limit', truth: 'feasible' });
    expect(outcome.bound).toBeGreaterThan(0);
    expect(outcome.bound).toBeLessThan(outcome.objective!);
    expect(told.length).toBeGreaterThan(0);
    told.slice(1).forEach(([objective], n) => {
      expect(objective).toBeLessThanOrEqual(told[n]![0]);
    });
    expect(loaded.highs.solve(of, { nodeLimit: 20 })).toEqual(outcome);
    expect(loaded.highs.countsNodes).toBe(true);
  });

  test('tells incumbents and bounds in the units of the program', () => {
    const told: [number, number | null][] = [];
    const onIncumbent = (_: Float64Array, objective: number, bound: number | null) => told.push([objective, bound]);
    const small = { ...assignment(14, 4, 2, 0.85) };
    const outcome = loaded.highs.solve({ ...small, cost: small.cost.map((cost) => cost * 1e-7) }, { onIncumbent });
    expect(told.length).toBeGreaterThan(0);
    expect(told.at(-1)![0]).toBeCloseTo(outcome.objective!, 12);
    for (const [, bound] of told) if (bound !== null) expect(bound).toBeLessThanOrEqual(outcome.objective! + 1e-12);
  });

  test('is no worse than the point it starts from', () => {
    const limits = { nodeLimit: 20 };
    const start = loaded.highs.solve(of, limits).solution!;
    const outcome = loaded.highs.solve(of, { nodeLimit: 0, start });
    expectSound(of, outcome);
    expect(outcome.objective).toBeLessThanOrEqual(objectiveOf(of, start) + 1e-9);
  });
});

describe('an answer is checked, whoever gave it', () => {
  const of = program(
    [
      [1, 0, 5, true],
      [1, 0, 5],
    ],
    [[3, none, 1, 1]],
  );
  const claims = (answer: Partial<Answer> | (() => never), forProgram = of, diesOfExceptions = true) => {
    let deaths = 0;
    const told: Answer = { call: 'completed', claim: 'optimal', x: null, rowDuals: null, bound: null, message: 'm' };
    const engine = checkedEngine(
      {
        name: 'glpk',
        version: 'glpk 0',
        countsNodes: false,
        diesOfExceptions,
        answer: () => (typeof answer === 'function' ? answer() : { ...told, ...answer }),
      },
      () => deaths++,
    );
    return { first: engine.solve(forProgram), second: engine.solve(forProgram), deaths };
  };
  const linear = relaxed(of);

  test('infeasible solutions are dropped', () => {
    expect(claims({ x: Float64Array.of(1, 1) }).first).toMatchObject({
      call: 'failed',
      truth: 'unknown',
      solution: null,
    });
    expect(claims({ x: new Float64Array(2) }).first).toMatchObject({ call: 'failed', truth: 'unknown' });
    expect(claims({ x: Float64Array.of(Number.NaN, 3) }).first).toMatchObject({ call: 'failed', truth: 'unknown' });
    expect(claims({ call: 'limit', x: new Float64Array(2) }).first).toMatchObject({ call: 'limit', truth: 'unknown' });
  });

  test('a bound stands where a number that was nearly whole upsets a row once it is whole', () => {
    const opening = program(
      [
        [0, 0, 1, true],
        [7, 0, 1, true],
      ],
      [
        [1, none, 1, 0],
        [-none, 0, 1e-2, -1e5],
      ],
    );
    const x = Float64Array.of(1, 1e-7);
    const { first } = claims({ x, bound: 7e-7 }, opening);
    expect(first).toMatchObject({ call: 'completed', truth: 'unknown', solution: null, bound: 7e-7 });
    expect(claims({ x }, opening).first.bound).toBeCloseTo(7e-7, 12);
    expect(claims({ x: Float64Array.of(0.4, 1), bound: 7 }, opening).first).toMatchObject({
      call: 'failed',
      bound: null,
    });
  });

  test('a bound is no proof beside costs so large that tolerance is worth more', () => {
    const dear = program(
      [
        [1, 0, 5, true],
        [1e11, 0, 1, true],
      ],
      [[3, none, 1, 1]],
    );
    const { first } = claims({ x: Float64Array.of(3, 0), bound: 3 }, dear);
    expect(first).toMatchObject({ truth: 'feasible', objective: 3 });
    expect(first.bound).toBeLessThan(0);
    expect(claims({ x: Float64Array.of(3, 0) }, dear).first.truth).toBe('feasible');
  });

  test('nearly whole numbers become whole', () => {
    const { first } = claims({ x: Float64Array.of(2.9999999, 1e-8) });
    expect(first).toMatchObject({ truth: 'optimal', objective: 3.00000001 });
    expect(first.solution![0]).toBe(3);
  });

  test('continuous columns are fitted again to numbers that were not quite whole', () => {
    const mixed = program(
      [
        [1, 0, 5, true],
        [2, 0, 5],
      ],
      [[31, 31, 10, 1]],
    );
    const first = { claim: 'optimal', x: Float64Array.of(2.99999, 1.0001), rowDuals: null } as const;
    const refit = { claim: 'optimal', x: Float64Array.of(3, 1), rowDuals: Float64Array.of(2) } as const;
    const answer = (of: LinearProgram): Answer => ({
      ...(of.integer.includes(1) ? first : refit),
      call: 'completed',
      bound: null,
      message: 'm',
    });
    const library = { name: 'glpk', version: 'glpk 0', countsNodes: false, diesOfExceptions: true, answer } as const;
    const outcome = checkedEngine(library, () => {}).solve(mixed);
    expect(outcome).toMatchObject({ call: 'completed', truth: 'feasible', objective: 5, rowDuals: null });
    expect(Array.from(outcome.solution!)).toEqual([3, 1]);
  });

  test('a linear optimum is proven by prices or not at all', () => {
    const x = Float64Array.of(3, 0);
    expect(claims({ x }, linear).first).toMatchObject({ truth: 'feasible', bound: null });
    expect(claims({ x, rowDuals: Float64Array.of(0.5) }, linear).first).toMatchObject({
      truth: 'feasible',
      bound: 1.5,
    });
    expect(claims({ x, rowDuals: Float64Array.of(-1) }, linear).first).toMatchObject({ truth: 'feasible', bound: 0 });
    expect(claims({ x, rowDuals: Float64Array.of(1) }, linear).first).toMatchObject({ truth: 'optimal', bound: 3 });
  });

  test('a bound above a checked solution is dropped', () => {
    expect(claims({ claim: 'feasible', x: Float64Array.of(3, 0), bound: 4 }).first).toMatchObject({
      truth: 'feasible',
      bound: null,
    });
  });

  test('a bound without a solution is kept', () => {
    const { first } = claims({ call: 'limit', claim: 'unknown', bound: 2 });
    expect(first).toMatchObject({ call: 'limit', truth: 'unknown', bound: 2 });
  });

  test('unbounded takes a feasible point', () => {
    expect(claims({ claim: 'unbounded', x: null }).first).toMatchObject({ call: 'completed', truth: 'unknown' });
  });

  test('exceptions become values, and an engine that dies of them stays dead', () => {
    const aborts = () => {
      throw new Error('x'.repeat(1000));
    };
    const dying = claims(aborts);
    expect(dying.first).toMatchObject({ call: 'failed', truth: 'unknown' });
    expect(dying.first.message).toHaveLength(300);
    expect(dying.second.message).toContain('loaded again');
    expect(dying.deaths).toBe(1);
    expect(claims(aborts, of, false)).toMatchObject({
      deaths: 0,
      second: { message: expect.not.stringContaining('again') },
    });
  });
});
