import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../dist/formats/format.js';
import { convert, formatOf } from '../dist/formats/formats.js';
import { type WindowInput, windowSchema } from '../dist/model/window.js';

// The published instances lie beside the repository, never in it: users fetch them from their sources.
const folder = new URL('../../shared/data/', import.meta.url);
const there = existsSync(folder);
if (!there) console.info('formats-published: skipped, the published instances are not here');

const text = (path: string) => readFileSync(new URL(path, folder), 'utf8');
function read(name: string, paths: string[], options: ReadOptions = {}) {
  const conversion = convert(formatOf(name), paths.map(text), options);
  windowSchema.parse(conversion.window);
  return conversion;
}
const total = (window: WindowInput, resource: string) =>
  window.nodes.reduce((sum, node) => sum + (node.capacity[resource] ?? 0) * (node.count ?? 1), 0);

describe.skipIf(!there)('published instances', () => {
  it('reads every generalized assignment file', () => {
    const [, ...known] = text('gap/known-values.csv').trim().split('\n');
    let files = 0;
    for (const line of known) {
      const [path, agents, items] = line.split(',');
      if (!existsSync(new URL(`gap/${path}`, folder))) continue;
      const { window } = read('gap', [`gap/${path}`]);
      expect([window.nodes.length, window.tasks.length], path).toEqual([Number(agents), Number(items)]);
      expect(window.times!.every((row) => row.length === Number(agents))).toBe(true);
      files++;
    }
    expect(files).toBeGreaterThanOrEqual(60);
  });

  it('reads the last row of costs and uses where they belong', () => {
    const { window } = read('gap', ['gap/cattrysse1994/gap1-0']);
    expect(window.times![0]).toEqual([17, 23, 16, 19, 18]);
    expect(window.times![14]).toEqual([16, 24, 24, 25, 24]);
    expect(window.tasks[14]).toEqual({
      id: 'task15',
      demand: { units: 24 },
      on: Object.fromEntries(
        [
          ['agent2', 22],
          ['agent3', 16],
          ['agent4', 18],
          ['agent5', 23],
        ].map(([id, units]) => [id, { demand: { units } }]),
      ),
    });
    expect(window.nodes.map((node) => node.capacity.units)).toEqual([36, 34, 38, 27, 33]);
  });

  it('reads the Alibaba trace, whole and in slices', () => {
    const files = ['alibaba-gpu-2023/nodes.csv', 'alibaba-gpu-2023/pods-gpuspec33.csv'];
    const whole = read('alibaba', files).window;
    expect([whole.nodes.length, whole.tasks.length]).toEqual([1523, 8152]);
    expect(total(whole, 'gpu')).toBe(6212);
    const slice = read('alibaba', files, { take: 1000, nodes: 200, seed: 1 }).window;
    expect([slice.nodes.length, slice.tasks.length]).toEqual([200, 1000]);
    expect(slice.tasks.some((task) => task.requires?.gpu)).toBe(true);
  });

  it("reads Gavel's traces in both layouts", () => {
    const { window, notes } = read('gavel', [
      'gavel/throughputs.json',
      'gavel/physical_cluster/minimize_makespan.trace',
    ]);
    expect(window.tasks).toHaveLength(100);
    expect(total(window, 'gpu')).toBe(108);
    expect(notes).toHaveLength(1);
    const msr = read('gavel', ['gavel/throughputs.json', 'gavel/msr-11cb48.trace']);
    expect(msr.window.tasks).toHaveLength(2000 - 103 - 97); // wider than 4 GPUs, and never measured
    expect(msr.notes).toHaveLength(3);
  });

  it('reads the cloud balancing files', () => {
    const files = readdirSync(new URL('cloud-balancing/', folder)).filter((file) => file.endsWith('.json'));
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) {
      const [, computers, processes] = /^(\d+)computers-(\d+)processes/.exec(file)!;
      const { window } = read('cloud-balancing', [`cloud-balancing/${file}`]);
      expect([window.nodes.length, window.tasks.length], file).toEqual([Number(computers), Number(processes)]);
    }
  });
});
