import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics, type JobDone, type RequestDone, type ServiceMetrics } from '../../dist/api/observe/metrics.js';
import type { PlannerState } from '../../dist/api/observe/readings.js';
import { VERSION } from '../../dist/version.js';

const readings = {
  length: 3,
  queueLength() {
    return this.length;
  },
  queueBytes: () => 1000,
  jobsRunning: () => 2,
  jobsKept: () => 7,
  keptBytes: () => 5000,
  eventStreams: () => 1,
  planners: (): { residentBytes: number; state: PlannerState }[] => [
    { residentBytes: 1.5e7, state: 'busy' },
    { residentBytes: 1e7, state: 'busy' },
    { residentBytes: 0, state: 'starting' },
  ],
};

const request: RequestDone = { operation: 'placements', status: 200, ms: 30, bytesIn: 100, bytesOut: 50 };
const job: JobDone = {
  state: 'done',
  answer: 'feasible',
  solver: 'ilp:highs',
  gap: 0.003,
  fallback: null,
  solveMs: 20,
  lateMs: -5,
};

let metrics: ServiceMetrics;
let before: string; // the text of a service to which nothing has happened yet
let text: string;
beforeAll(async () => {
  metrics = createMetrics(readings);
  before = await metrics.text();
  metrics.requestDone(request);
  metrics.requestDone({ ...request, status: 413, problem: 'too_large' });
  metrics.requestDone({ ...request, operation: 'other', status: 404, problem: 'not_found' });
  metrics.jobStarted({ queuedMs: 12 });
  metrics.jobDone(job);
  metrics.jobDone({ ...job, solver: 'heuristic:best-fit', fallback: 'deadline', gap: null, lateMs: 30 });
  metrics.jobDone({ ...job, solver: 'made-up:by-caller', lateMs: null });
  metrics.jobDone({ ...job, state: 'cancelled', answer: null, solver: null, gap: null, solveMs: null, lateMs: null });
  metrics.jobRetried();
  metrics.plannerRestarted('out-of-memory');
  metrics.logFailed();
  metrics.logDropped();
  text = await metrics.text();
});
afterAll(() => metrics.close());

describe('what happens is counted', () => {
  it.each([
    'placewright_requests_total{operation="placements",status="200"} 1',
    'placewright_requests_total{operation="placements",status="413"} 1',
    'placewright_requests_total{operation="other",status="404"} 1',
    'placewright_rejections_total{code="too_large"} 1',
    'placewright_received_bytes_total 300',
    'placewright_sent_bytes_total 150',
    'placewright_request_duration_seconds_count{operation="placements"} 2',
    'placewright_queue_wait_seconds_bucket{le="0.01"} 0',
    'placewright_queue_wait_seconds_bucket{le="0.025"} 1',
    'placewright_jobs_total{state="done"} 3',
    'placewright_jobs_total{state="cancelled"} 1',
    'placewright_solve_duration_seconds_count{method="ilp"} 1',
    'placewright_solve_duration_seconds_count{method="heuristic"} 1',
    'placewright_solve_duration_seconds_count{method="other"} 1',
    'placewright_answers_total{status="feasible"} 3',
    'placewright_gap_ratio_count 2',
    'placewright_fallbacks_total{because="deadline"} 1',
    'placewright_deadline_overshoot_seconds_bucket{le="0"} 1',
    'placewright_deadline_overshoot_seconds_bucket{le="0.025"} 1',
    'placewright_deadline_overshoot_seconds_bucket{le="0.05"} 2',
    'placewright_deadline_overshoot_seconds_sum 0.03',
    'placewright_planner_restarts_total{cause="out-of-memory"} 1',
    'placewright_retries_total 1',
    'placewright_log_errors_total 1',
    'placewright_log_dropped_lines_total 1',
    `placewright_build_info{version="${VERSION}",node="${process.version}"} 1`,
  ])('%s', (line) => {
    expect(text.split('\n')).toContain(line);
  });

  it.each([
    'placewright_queue_length 3',
    'placewright_queue_bytes 1000',
    'placewright_jobs_running 2',
    'placewright_jobs_kept 7',
    'placewright_jobs_kept_bytes 5000',
    'placewright_event_streams 1',
    'placewright_planners{state="starting"} 1',
    'placewright_planners{state="idle"} 0',
    'placewright_planners{state="busy"} 2',
  ])('read when asked for: %s', (line) => {
    expect(before.split('\n')).toContain(line);
  });

  it('memory and event loop are those of the process', async () => {
    const figure = (name: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(name))
          ?.split(' ')[1],
      );
    expect(figure('placewright_resident_memory_bytes{process="main"}')).toBeGreaterThan(1e7);
    expect(figure('placewright_resident_memory_bytes{process="planners"}')).toBe(2.5e7);
    expect(figure('placewright_start_time_seconds')).toBeLessThanOrEqual(Date.now() / 1000);
    expect(text).toContain('# TYPE placewright_event_loop_delay_seconds gauge');
  });

  it('counters that alerts look at are there before anything happens', () => {
    for (const series of [
      'placewright_planner_restarts_total{cause="crash"} 0',
      'placewright_fallbacks_total{because="failed"} 0',
      'placewright_rejections_total{code="invalid_window"} 0',
      'placewright_jobs_total{state="failed"} 0',
      'placewright_log_errors_total 0',
    ])
      expect(before.split('\n')).toContain(series);
  });

  it('two services in one process count apart', async () => {
    const other = createMetrics(readings);
    expect(await other.text()).toContain('placewright_retries_total 0');
    other.close();
  });
});

/** The rows of the table of metrics: name, type, labels. */
const documented = [
  ...readFileSync('docs/observability.md', 'utf8').matchAll(/^\| `(placewright_\w+)` \| (\w+) \|([^|]*)\|/gm),
].map(([, name, type, labels]) => ({
  name: name!,
  type: type!,
  labels: [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!),
}));

describe('docs/observability.md', () => {
  it('has every metric, with its type, and none that does not exist', async () => {
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    const existing = (await metrics.describe()).map(({ name, type }) => ({ name, type }));
    expect(documented.map(({ name, type }) => ({ name, type })).sort(byName)).toEqual(existing.sort(byName));
  });

  it('has the labels of each', () => {
    for (const { name, type, labels } of documented) {
      const series = type === 'histogram' ? `${name}_count` : name;
      const found = text.split('\n').find((line) => line.startsWith(`${series}{`) || line.startsWith(`${series} `));
      if (name === 'placewright_event_loop_delay_seconds' && !found) continue; // nothing seen yet
      expect([name, [...(found ?? 'none{missing="').matchAll(/(\w+)="/g)].map(([, label]) => label)]).toEqual([
        name,
        labels,
      ]);
    }
  });

  it('has alerts on metrics that exist', () => {
    const alerts = /## Alerts([\s\S]*)## Traces/.exec(readFileSync('docs/observability.md', 'utf8'))![1]!;
    expectKnown(alerts);
  });
});

/** Expects that every metric named in PromQL exists. */
function expectKnown(promql: string): void {
  const known = new Set(
    documented.flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
  const named = [...promql.matchAll(/placewright_\w+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

describe('docs/grafana-dashboard.json', () => {
  const dashboard = JSON.parse(readFileSync('docs/grafana-dashboard.json', 'utf8'));
  const panels: readonly Panel[] = dashboard.panels;
  const graphs = panels.filter(({ type }) => type !== 'row');

  it('is a dashboard whose data source is chosen on import', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(38);
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    for (const { datasource } of graphs) expect(datasource!.uid).toBe(`\${${'datasource'}}`);
  });

  it('has panels with ids of their own that do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, k) => `${x + (k % w)},${y + Math.floor(k / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it.each(graphs.map((panel): [string, Panel] => [panel.title, panel]))('%s asks for what exists', (_, { targets }) => {
    for (const { expr } of targets!) {
      expectKnown(expr);
      for (const [open, close] of ['()', '{}', '[]']) expect(expr.split(open!).length).toBe(expr.split(close!).length);
    }
  });

  it('shows every metric', () => {
    const shown = graphs.flatMap(({ targets }) => targets!.map(({ expr }) => expr)).join(' ');
    expect(documented.filter(({ name }) => !shown.includes(name)).map(({ name }) => name)).toEqual([]);
  });
});
