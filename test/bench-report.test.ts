import { describe, expect, it } from 'vitest';
import type { RunRecord, Session } from '../dist/bench/records.js';
import { alike, readRecords, recorded, YOURS } from '../dist/bench/records.js';
import { certifiedGap, evidenceOf, medianRegret, percent, secondsOf } from '../dist/bench/report/evidence.js';
import { roomy } from '../dist/bench/report/growth.js';
import { tableLines } from '../dist/bench/report/markdown.js';
import { reportOf } from '../dist/bench/report/report.js';
import { headline, lossTable, regretTable } from '../dist/bench/report/tables.js';
import { ownWindows, publishedWindows } from '../dist/bench/report/windows.js';

const session: Session = {
  kind: 'session',
  id: 's',
  started: '2026-01-01T00:00:00.000Z',
  machine: { processor: 'p', cores: 2, memoryMb: 1, system: 'linux x64', node: 'v20' },
  version: '0.1.0',
  commit: 'c',
  arguments: ['bench', '--suite', 'a b'],
};

interface Told {
  readonly window?: number;
  readonly tasks?: number;
  readonly limit?: number;
  readonly cost: number | null;
  readonly bound?: number | null;
  readonly unplaced?: number;
  readonly ms?: number;
}

/** A run as if it had been measured. */
const record = (contender: string, told: Told): RunRecord => {
  const { window = 1, tasks = 10, limit = 1, cost, bound = null, unplaced = 0, ms = 100 } = told;
  return {
    kind: 'run',
    session: 's',
    version: '1',
    load: 0.5,
    case: {
      suite: 'heterogeneous',
      name: `heterogeneous/w${window}`,
      group: 'g',
      everything: true,
      known: null,
      tasks,
      copies: tasks,
      nodes: 2,
    },
    run: {
      contender,
      seed: 1,
      seconds: limit,
      repeat: 1,
      refused: null,
      checked: cost === null ? null : { faults: [], cost, unplaced: [unplaced], shares: [0.5, 1] },
      measured: {
        end: 'answered',
        cpuMs: 1,
        peakMb: 1,
        outcome: {
          status: bound === cost ? 'optimal' : cost === null ? 'unknown' : 'feasible',
          cost,
          bound,
          plan: null,
          ms,
          incumbents: cost === null ? [] : [{ ms, cost, unplaced, ...(bound !== null && { bound }) }],
        },
      },
    },
  };
};

const records = [
  record('first-fit', { cost: 150, ms: 1 }),
  record('highs', { cost: 99, bound: 99, ms: 500 }),
  record('placewright', { limit: 0.1, cost: 110, bound: 90 }),
  record('placewright', { limit: 1, cost: 100, bound: 95 }),
  record('first-fit', { window: 2, tasks: 20, cost: 120, unplaced: 3, ms: 1 }),
  record('highs', { window: 2, tasks: 20, cost: null, ms: 1000 }),
  record('placewright', { window: 2, tasks: 20, limit: 0.1, cost: 200, bound: 200 }),
  record('placewright', { window: 2, tasks: 20, limit: 1, cost: 200, bound: 200 }),
  record('first-fit', { window: 3, tasks: 40, cost: 130, ms: 1 }),
  record('highs', { window: 3, tasks: 40, cost: 100, bound: 100, ms: 50 }),
  record('placewright', { window: 3, tasks: 40, limit: 0.1, cost: 100, bound: 80 }),
  record('placewright', { window: 3, tasks: 40, limit: 1, cost: 100, bound: 100 }),
];
const evidence = evidenceOf([session], records);

describe('what runs show', () => {
  it('regret counts where as many copies were placed, beside the best of anyone', () => {
    expect(evidence.methods.map(({ name }) => name)).toEqual([
      'Placewright 0.1 s',
      'Placewright 1 s',
      'highs',
      'first-fit',
    ]);
    expect(medianRegret(evidence, 'first-fit', 'heterogeneous')).toBeCloseTo((150 / 99 - 1 + 0.3) / 2);
    expect(medianRegret(evidence, 'Placewright 1 s', 'heterogeneous')).toBe(0);
    expect(certifiedGap(evidence, 'heterogeneous')).toBe(0);
    expect(regretTable(evidence)!.rows.map(([name]) => name)).toEqual([
      'Placewright 0.1 s',
      'Placewright 1 s',
      'highs',
      'first-fit',
      'certified to within',
    ]);
  });

  it('losses are those in cost and in the time to a proof; answers with fewer copies placed are none', () => {
    const { title, rows } = lossTable(evidence);
    expect(title).toBe('Where we were beaten: 1 of 3 windows in cost, 1 in the time to a proof');
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ['heterogeneous/w1', 'highs', 'cost'],
      ['heterogeneous/w3', 'highs', 'proof'],
    ]);
    expect(headline(evidence).map(([figure]) => figure)).toEqual(['3', '2 of 3', '11', '4']);
  });

  it('a report has every form, with nothing to run or to load', async () => {
    const { files, words, json } = await reportOf([session], records);
    expect(words).toContain('heterogeneous: median regret');
    expect(JSON.parse(json).runs).toHaveLength(12);
    const page = files.get('report.html')!;
    for (const id of ['regret', 'gap-by-size', 'time-by-size', 'map-1', 'losses', 'reproduce'])
      expect(page).toContain(`<section id="${id}">`);
    expect(page).not.toMatch(/<script|src=|href=|NaN|undefined/);
    expect(page).toContain(`placewright bench --suite 'a b'`);
    expect(files.get('report.md')).toContain('![');
    expect(files.get('charts/regret.svg')).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*><style>/);
  });

  it('no answer is a loss, too, and a busy machine is told of', async () => {
    const silent = record('placewright', { limit: 1, cost: null });
    const few = [record('highs', { cost: 99, bound: 99 }), silent].map((one) => ({ ...one, load: 12 }));
    expect(lossTable(evidenceOf([session], few)).rows).toEqual([
      ['heterogeneous/w1', 'highs', 'answer', '99.00000', 'none', expect.anything(), '–'],
    ]);
    expect((await reportOf([session], few)).files.get('report.md')).toContain('load 12');
  });

  it('a report of nothing but rules, or of one window, is one too', async () => {
    for (const few of [records.slice(0, 1), records.slice(1, 2), records.slice(3, 4)])
      expect((await reportOf([session], few)).files.get('report.html')).toContain('</html>');
  });
});

describe('windows one by one', () => {
  const of = (change: Partial<RunRecord['case']>) =>
    evidenceOf(
      [session],
      records.map((one) => ({ ...one, case: { ...one.case, ...change } })),
    );
  const plain = (rows: readonly (readonly string[])[] | undefined) =>
    rows?.map((row) => row.map((cell) => cell.replaceAll('\u00a0', ' ')));

  it("a user's own: the least cost, how sure that is, and what everyone costs beside it", async () => {
    const table = ownWindows(of({ suite: YOURS }));
    expect(table?.heads.slice(4)).toEqual(['Placewright 1 s', 'highs', 'best rule', 'worst rule']);
    expect(plain(table?.rows)).toEqual([
      ['heterogeneous/w1', '10 tasks on 2 nodes', '99', '0 %', '+1.0 %', '0 %', 'first-fit +52 %', 'first-fit +52 %'],
      [
        'heterogeneous/w2',
        '20 tasks on 2 nodes',
        '200',
        '0 %',
        '0 %',
        'no answer',
        'first-fit 3 left out',
        'first-fit 3 left out',
      ],
      ['heterogeneous/w3', '40 tasks on 2 nodes', '100', '0 %', '0 %', '0 %', 'first-fit +30 %', 'first-fit +30 %'],
    ]);
    expect(table?.note).toContain('tier by tier');
    const { words, files } = await reportOf(
      [session],
      records.map((one) => ({ ...one, case: { ...one.case, suite: YOURS } })),
    );
    expect(words).toContain('Your windows, one by one');
    expect(words).not.toContain('ours/its');
    const again = records.map((one) => ({
      ...one,
      case: { ...one.case, suite: YOURS },
      run: { ...one.run, repeat: 2 },
    }));
    expect((await reportOf([session], again)).words).toContain('ours/its');
    const page = files.get('report.html')!;
    expect(page.indexOf('<section id="windows">')).toBeLessThan(page.indexOf('<section id="regret">'));
    expect(files.get('report.md')).toContain('## Your windows, one by one');
  });

  it('are counted all, and listed up to a hundred', async () => {
    const many = Array.from({ length: 130 }, (_, k) => record('placewright', { window: k, cost: k < 120 ? 100 : 110 }));
    const told = (change: Partial<RunRecord['case']>) =>
      many.map((one) => ({ ...one, case: { ...one.case, ...change } }));
    const published = publishedWindows(evidenceOf([session], told({ known: { best: 100, bound: 90 } })));
    expect(published?.title).toBe(
      'Placewright reached the best known cost on 120 of 130 published windows (100 of 130 listed)',
    );
    expect(published?.rows).toHaveLength(100);
    const { words } = await reportOf([session], told({ suite: YOURS }));
    expect(words).toContain('Your windows, one by one (100 of 130 listed)\n');
  });

  it('of suites there is no such table', () => {
    expect(ownWindows(evidence)).toBeNull();
    expect(publishedWindows(evidence)).toBeNull();
  });

  it('published ones stand beside the best cost that is known', () => {
    const table = publishedWindows(of({ known: { best: 100, bound: 90 } }));
    expect(table?.title).toBe('Placewright reached the best known cost on 1 of 3 published windows');
    expect(table?.note).toContain('the published one, or the least that anyone had here where that is below');
    expect(table?.rows.map(([name]) => name)).toEqual(['w1', 'w2', 'w3']);
    const named = publishedWindows(
      of({ known: { best: 100, bound: 90 }, name: 'hard/c 5 s c05', group: 'hard/c 5 s' }),
    );
    expect(named!.rows[0]![0]).toBe('c05');
    expect(plain(table?.rows)?.map((row) => row.slice(2, 6))).toEqual([
      ['100, here 99', '0 %', '+1.0 %', '0 %'],
      ['100', '10.0 %', '+100 %', 'no answer'], // a bound of 200 is above what is known,
      ['100', '0 %', '0 %', '0 %'],
    ]);
  });
});

it('maps begin with what runs now, and there is none where nothing differs', async () => {
  const sized = (shares: number[]) => (one: RunRecord) => ({
    ...one,
    run: { ...one.run, checked: { ...one.run.checked!, shares } },
  });
  const [rule, own] = [record('first-fit', { cost: 110 }), record('placewright', { cost: 100 })];
  const running = [sized([1, 1])(rule), sized([1, 0])(own)].map((one) => ({
    ...one,
    case: { ...one.case, now: [0.5, 0.5] },
  }));
  const told = async (runs: RunRecord[]) => (await reportOf([session], runs)).files.get('report.md')!;
  expect(await told(running)).toContain('need 1 nodes, where 2 are in use now and first-fit uses 2');
  const { files } = await reportOf([session], running);
  expect(files.get('charts/map-1.svg')).toContain('2 nodes in use');
  expect(await told([record('first-fit', { cost: 100 }), own])).not.toContain('map-1');
});

describe('records', () => {
  it('the newest of each run counts, and lines that were cut off do not', () => {
    const newer = { ...records[0]!, session: 't' };
    const text = [session, records[0], records[1], newer].map((one) => JSON.stringify(one)).join('\n');
    const { sessions, runs } = readRecords(`${text}\n{"kind":"ru`);
    expect(sessions).toEqual([session]);
    expect(runs.map((one) => one.session)).toEqual(['t', 's']);
  });

  it('keep no plan and few incumbents, the last of them always', () => {
    const { run } = records[0]!;
    const outcome = run.measured.outcome!;
    const incumbents = Array.from({ length: 1000 }, (_, k) => ({ ms: k, cost: 1000 - k, unplaced: 0 }));
    const long = { ...run, measured: { ...run.measured, outcome: { ...outcome, plan: [], incumbents } } };
    const kept = recorded(long).measured.outcome!;
    expect(kept.plan).toBeNull();
    expect(kept.incumbents.length).toBeLessThanOrEqual(152);
    expect(kept.incumbents[0]!.ms).toBe(0);
    expect(kept.incumbents.at(-1)!.ms).toBe(999);
  });

  it('of another commit or machine do not stand beside these', () => {
    expect(alike(session, { ...session, id: 'x' })).toBe(true);
    expect(alike(session, { ...session, commit: 'd' })).toBe(false);
    expect(alike(session, { ...session, machine: { ...session.machine, cores: 8 } })).toBe(false);
  });
});

it('sizes are labelled where there is room, the last always', () => {
  expect(roomy([1, 2, 4, 8, 16], 0.25)).toEqual([1, 2, 4, 8, 16]);
  expect(roomy([1, 2, 4, 8, 16], 0.5)).toEqual([1, 4, 16]);
  expect(roomy([75, 300, 320, 360, 2000], 0.1)).toEqual([75, 360, 2000]);
  expect(roomy([7], 0.1)).toEqual([7]);
});

it('Markdown tables keep their columns, and figures say what they are', () => {
  const table = { id: '', title: '', note: '', words: 1, heads: ['a', 'b'], rows: [['x|y', '1']], marked: [true] };
  expect(tableLines(table)).toBe('| a | b |\n| --- | ---: |\n| **x\\|y** | **1** |\n');
  expect([0, 1e-6, 0.00123, 0.0123, 0.5, null].map(percent)).toEqual(
    ['0 %', '< 0.01 %', '0.12 %', '1.2 %', '50 %', '–'].map((text) => text.replaceAll(' ', '\u00a0')),
  );
  expect([0.0012, 0.12, 1.26, 12].map(secondsOf)).toEqual(
    ['1.2 ms', '120 ms', '1.3 s', '12 s'].map((text) => text.replaceAll(' ', '\u00a0')),
  );
});
