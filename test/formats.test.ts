import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../dist/formats/format.js';
import { FormatError } from '../dist/formats/format-error.js';
import { convert, formatOf, formats } from '../dist/formats/formats.js';
import { flagsOf, parseOption } from '../dist/formats/options.js';
import { windowSchema } from '../dist/model/window.js';

/** Converts, after the window has passed the schema of requests. */
function read(name: string, texts: string[], options: ReadOptions = {}) {
  const conversion = convert(formatOf(name), texts, options);
  windowSchema.parse(conversion.window);
  return conversion;
}

/** The message of the FormatError that reading ends in. */
function refusal(name: string, texts: string[], options: ReadOptions = {}): string {
  try {
    convert(formatOf(name), texts, options);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(/^Expected .*, found .*\.\nMaybe .*\.$/s);
    return (error as Error).message;
  }
  throw new Error('it was read');
}

describe('gap', () => {
  const instance = '2 3\n 10 20\n 30\n 1 2 3\n 5 6 7 5 8 7\n 12 13\n';

  it('reads agents as nodes, costs as times and uses as demands, where rows wrap', () => {
    expect(read('gap', [instance])).toEqual({
      notes: [],
      window: {
        objective: 'time',
        unplaced: 'forbid',
        nodes: [
          { id: 'agent1', capacity: { units: 12 } },
          { id: 'agent2', capacity: { units: 13 } },
        ],
        tasks: [
          { id: 'task1', demand: { units: 5 } },
          { id: 'task2', demand: { units: 6 }, on: { agent2: { demand: { units: 8 } } } },
          { id: 'task3', demand: { units: 7 } },
        ],
        times: [
          [10, 1],
          [20, 2],
          [30, 3],
        ],
      },
    });
  });

  it('chooses among the instances of an OR-Library file', () => {
    const both = `2\n${instance}1 2\n4 5\n6 7\n8`;
    expect(read('gap', [both]).window.tasks).toHaveLength(3);
    const second = read('gap', [both], { instance: 2 });
    expect(second.window.times).toEqual([[4], [5]]);
    expect(second.notes).toEqual(['The file holds 2 instances; this is number 2.']);
    expect(refusal('gap', [both], { instance: 3 })).toContain('between 1 and 2, found 3');
  });

  it.each([
    [
      'cut',
      instance.slice(0, -4),
      '16 numbers for 2 agents and 3 tasks, found 15 (instance, line 6).\nMaybe the file is cut.',
    ],
    ['too long', `${instance} 9`, 'found 17 (instance, line 7)'],
    [
      'not numeric',
      instance.replace('30', 'x'),
      'the cost of task 3 at agent 1, a number of at least 0, found "x" (instance, line 3)',
    ],
    ['negative', instance.replace('13', '-3'), 'Maybe the sign is wrong'],
    ['empty', '', 'the number of agents, a number of at least 0, found nothing (instance, line 1)'],
    ['a count of 0', '0 3', 'a whole number of at least 1, found "0"'],
    ['counts that lead nowhere', '9000000000000000 1 -1 0 5 5', 'found 6'],
  ])('refuses a file that is %s', (_, text, message) => expect(refusal('gap', [text])).toContain(message));
});

describe('alibaba', () => {
  const nodes = `sn,cpu_milli,memory_mib,gpu,model
n0,32000,262144,0,
n1,64000,131072,2,T4
n2,96000,393216,8,G2
`;
  const header =
    'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n';
  const pods = `${header}p0,12000,16384,1,460,,LS,Running,0,500,20
p1,500,0,2,1000,T4|G2|T4,BE,Failed,100,400,
p2,0,1536,0,0,,LS,Pending,100,,
"p,3",1000,1024,0,0,,"a ""b""",Running,7,7,7
`;

  it('reads cores, GiB and pooled GPUs, models as labels and durations where there are any', () => {
    const { window, notes } = read('alibaba', [nodes, pods]);
    expect(window).toEqual({
      nodes: [
        { id: 'n0', kind: 'cpu', capacity: { cpu: 32, memory: 256 } },
        { id: 'n1', kind: 'T4', capacity: { cpu: 64, memory: 128, gpu: 2 }, labels: { gpu: 'T4' } },
        { id: 'n2', kind: 'G2', capacity: { cpu: 96, memory: 384, gpu: 8 }, labels: { gpu: 'G2' } },
      ],
      tasks: [
        { id: 'p0', demand: { cpu: 12, memory: 16, gpu: 0.46 }, duration: 480 },
        { id: 'p1', demand: { cpu: 0.5, gpu: 2 }, duration: 300, requires: { gpu: ['T4', 'G2'] } },
        { id: 'p2', demand: { memory: 1.5 } },
        { id: 'p,3', demand: { cpu: 1, memory: 1 } },
      ],
    });
    expect(notes[0]).toContain('pooled');
    expect(notes[1]).toMatch(/^2 of 4 pods/);
  });

  it('reads the same with a byte order mark, CRLF and blank lines', () => {
    const odd = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n\r\n')}`;
    expect(read('alibaba', [odd(nodes), odd(pods)])).toEqual(read('alibaba', [nodes, pods]));
  });

  it('takes the first ones, or with a seed a choice in the order of the file', () => {
    const many =
      header + Array.from({ length: 100 }, (_, i) => `p${String(i).padStart(3, '0')},1,1,0,0,,,,0,1,0\n`).join('');
    const ids = (options: ReadOptions) => read('alibaba', [nodes, many], options).window.tasks.map((task) => task.id);
    expect(ids({ take: 2 })).toEqual(['p000', 'p001']);
    const chosen = ids({ take: 30, seed: 5 });
    expect(new Set(chosen).size).toBe(30);
    expect(chosen).toEqual([...chosen].sort());
    expect(chosen).toEqual(ids({ take: 30, seed: 5, nodes: 1 }));
    expect(chosen).not.toEqual(ids({ take: 30, seed: 6 }));
    expect(ids({ take: 1000, seed: 5 })).toHaveLength(100);
    expect(read('alibaba', [nodes, many], { nodes: 2 }).window.nodes.map((node) => node.id)).toEqual(['n0', 'n1']);
  });

  it.each([
    ['files in the other order', [pods, nodes], 'the columns sn, gpu, model, found "name,cpu_milli'],
    ['a short row', [nodes, `${header}p0,1\n`], '11 fields, as in the header, found 2 (pods.csv, line 2)'],
    ['no rows', [nodes, header], 'at least one row, found the header alone'],
    ['an empty file', ['', pods], 'found an empty file (nodes.csv, line 1)'],
    [
      'a word for a number',
      [nodes.replace('96000', 'many'), pods],
      'cpu_milli, a number of at least 0, found "many" (nodes.csv, line 4)',
    ],
    ['an open quote', [nodes, `${header}"p0,1\n`], 'a closing quote, found the end of the file (pods.csv, line 2)'],
  ])('refuses %s', (_, texts, message) => expect(refusal('alibaba', texts)).toContain(message));
});

describe('cloud-balancing', () => {
  const process = { id: 0, requiredCpuPower: 1, requiredMemory: 2, requiredNetworkBandwidth: 3, computer: null };
  const problem = {
    id: 0,
    computerList: [{ id: 7, cpuPower: 24, memory: 96, networkBandwidth: 16, cost: 4800 }],
    processList: [process],
  };

  it('reads computers with the cost of opening them and processes that cost nothing', () => {
    expect(read('cloud-balancing', [JSON.stringify(problem)])).toEqual({
      notes: [expect.stringContaining('openCost')],
      window: {
        unplaced: 'forbid',
        nodes: [{ id: 'computer7', capacity: { cpu: 24, memory: 96, network: 16 }, openCost: 4800 }],
        tasks: [{ id: 'process0', demand: { cpu: 1, memory: 2, network: 3 }, weight: 0 }],
      },
    });
    const solved = { ...problem, processList: [{ ...process, computer: 7 }] };
    expect(read('cloud-balancing', [JSON.stringify(solved)]).notes).toHaveLength(2);
  });

  it.each([
    ['no JSON', '{"id": 0,', 'Expected JSON, found something else'],
    ['no list', '{}', 'a list at computerList, found nothing'],
    ['a text for a number', JSON.stringify(problem).replace('24', '"24"'), 'at computerList[0].cpuPower, found "24"'],
    ['no id', JSON.stringify({ ...problem, processList: [{}] }), 'a text or a number at processList[0].id'],
  ])('refuses %s', (_, text, message) => expect(refusal('cloud-balancing', [text])).toContain(message));
});

describe('gavel', () => {
  const alone = (steps: number) => ({ null: steps, "('LM (batch size 5)', 1)": [1, 1] });
  const throughputs = JSON.stringify({
    v100: {
      "('LM (batch size 5)', 1)": alone(10),
      "('LM (batch size 5)', 2)": alone(16),
      "('A3C', 1)": alone(4),
      "('LM (batch size 5)', 8)": alone(40),
    },
    k80: { "('LM (batch size 5)', 1)": alone(2), "('LM (batch size 5)', 2)": alone(0) },
  });
  const ten = (type: string, steps: number, gpus: number, weight = 1) =>
    `${type}\tpython3 "a, b\tdir\t-n\t1\t${steps}\t${gpus}\t${weight}\t-1.0\t0\n`;
  const seven = (type: string, steps: number, gpus: number) => `${type}\tcd %s\t-n\t1\t${steps}\t3.5\t${gpus}\n`;
  const LM = 'LM (batch size 5)';
  const gpus = { v100: 10, k80: 4 };

  it('reads seconds by kind, leaves out what fits nowhere and says so', () => {
    const trace = ten(LM, 1000, 1, 2) + ten(LM, 1600, 2) + ten('A3C', 40, 1) + ten(LM, 400, 8) + ten('A3C', 40, 2);
    const { window, notes, arrivals } = read('gavel', [throughputs, trace], { gpus });
    expect(arrivals).toEqual([0, 0, 0]);
    expect(window).toEqual({
      nodes: [
        { id: 'v100', kind: 'v100', count: 2, capacity: { gpu: 4 }, price: (0.74 * 4) / 3600 },
        { id: 'v100-rest', kind: 'v100', count: 1, capacity: { gpu: 2 }, price: (0.74 * 2) / 3600 },
        { id: 'k80', kind: 'k80', count: 1, capacity: { gpu: 4 }, price: (0.135 * 4) / 3600 },
      ],
      tasks: [
        { id: 'job1', demand: { gpu: 1 }, on: { v100: { duration: 100 }, k80: { duration: 500 } }, weight: 2 },
        { id: 'job2', demand: { gpu: 2 }, on: { v100: { duration: 100 } }, requires: { kind: ['v100'] } },
        { id: 'job3', demand: { gpu: 1 }, on: { v100: { duration: 10 } }, requires: { kind: ['v100'] } },
      ],
    });
    expect(notes.slice(1)).toEqual([
      'Left out, as they need more GPUs than one node has (1): job4 (LM (batch size 5), 8 GPUs).',
      'Left out, as they run on no kind of GPU here, their throughput being 0 or not measured (1): job5 (A3C, 2 GPUs).',
    ]);
  });

  it('reads the layout with 7 columns, and larger nodes', () => {
    const { window, arrivals } = read('gavel', [throughputs, seven(LM, 20, 1) + seven(LM, 80, 8)], {
      gpus: { v100: 8 },
      gpusPerNode: 8,
    });
    expect(arrivals).toEqual([3.5, 3.5]);
    expect(window.tasks).toEqual([
      { id: 'job1', demand: { gpu: 1 }, on: { v100: { duration: 2 } } },
      { id: 'job2', demand: { gpu: 8 }, on: { v100: { duration: 2 } } },
    ]);
    expect(window.nodes).toMatchObject([{ count: 1, capacity: { gpu: 8 } }]);
  });

  it.each([
    ['files in the other order', [seven(LM, 1, 1), throughputs], 'Expected JSON, found'],
    ['six columns', [throughputs, 'a\tb\tc\td\te\tf\n'], '10 or 7 columns separated by tabs, found 6 (trace, line 1)'],
    ['no steps', [throughputs, seven(LM, 1, 1) + seven(LM, 0, 1)], 'total_steps above 0, found 0 (trace, line 2)'],
    ['half a GPU', [throughputs, seven(LM, 1, 0.5)], 'scale_factor, a whole number of at least 1, found "0.5"'],
    ['no jobs', [throughputs, '\n'], 'at least one job, found an empty file'],
  ])('refuses %s', (_, texts, message) => expect(refusal('gavel', texts, { gpus })).toContain(message));

  it('names a kind of GPU that was not measured', () => {
    const message = refusal('gavel', [throughputs, seven(LM, 1, 1)], { gpus: { v10: 4 } });
    expect(message).toBe('Expected kinds of GPU out of v100, k80, found v10 (throughputs.json).\nMaybe v100 is meant.');
  });
});

describe('the map of formats', () => {
  it('carries what a help needs', () => {
    expect([...formats.keys()]).toEqual(['gap', 'alibaba', 'cloud-balancing', 'gavel']);
    expect(formatOf('gavel').options.map(flagsOf)).toEqual([
      '--take <n>',
      '--seed <n>',
      '--gpus <name=n,…>',
      '--gpus-per-node <n>',
    ]);
    expect(() => formatOf('gavle')).toThrow('found "gavle".\nMaybe gavel is meant.');
  });

  it('reads options from text', () => {
    const [take, seed, gpus] = formatOf('gavel').options;
    expect(parseOption(take!, '12')).toBe(12);
    expect(parseOption(seed!, '0')).toBe(0);
    expect(parseOption(gpus!, 'v100=36,k80=2')).toEqual({ v100: 36, k80: 2 });
    for (const text of ['0', '-1', '1.5', '', '1e3', ' 4']) expect(() => parseOption(take!, text)).toThrow(FormatError);
    for (const text of ['v100', 'v100=', '=3', 'v100=0', 'v100=1,', ''])
      expect(() => parseOption(gpus!, text)).toThrow(FormatError);
  });

  it('refuses the wrong number of files, options of other formats and values out of range', () => {
    expect(refusal('alibaba', ['a'])).toContain('2 files for alibaba: nodes.csv, pods.csv, found 1');
    expect(refusal('gap', ['1 1 1 1 1'], { take: 3 })).toContain(
      'an option that gap knows: --instance <n>, found take',
    );
    expect(refusal('gap', ['1 1 1 1 1'], { instance: 0 })).toContain('at least 1 for --instance <n>, found 0');
  });
});
