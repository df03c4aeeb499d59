import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../dist/api/openapi.js';
import { type RunningServer, startServer } from '../../dist/api/server.js';
import { loadSettings } from '../../dist/api/settings/load.js';
import { HEURISTICS } from '../../dist/heuristics/heuristics.js';
import { answerSchema } from '../../dist/model/answer.js';
import { scoreOf } from '../../dist/model/assignment.js';
import { FAULT_CODES } from '../../dist/model/faults.js';
import { buildInstance } from '../../dist/model/instance.js';
import { jobSchema } from '../../dist/model/job.js';
import { readyWindow } from '../../dist/model/parse.js';
import { nodeSchema, taskSchema, type WindowInput, windowSchema } from '../../dist/model/window.js';
import { planOf } from '../../dist/solver/answer-lines.js';
import { EnginePool } from '../../dist/solver/engine-pool.js';
import { solve } from '../../dist/solver/solve.js';
import { ready, twoTasks } from '../support/windows.ts';

/**
 * The docs say what is true. A comment before a fenced block says what the block is:
 *
 *     window: NAME       a window                             answer: NAME     what it is answered with, fields left out
 *     run                a shell or JavaScript example        prints           what the example before it prints
 *     faulty             a body refused with the code of its heading
 *     heuristics: NAME   a table of what the rules make of the window
 *     settings           a configuration file of the service
 */
const FILES = ['README.md', ...readdirSync('docs').map((file) => join('docs', file))].filter((file) =>
  file.endsWith('.md'),
);

interface Example {
  readonly kind: string;
  readonly name: string;
  readonly language: string;
  readonly text: string;
  readonly place: string; // file:line
  readonly heading: string; // the last one before it
}

/** The marked blocks of a file, in order. */
function examplesOf(file: string): Example[] {
  const examples: Example[] = [];
  let heading = '';
  const lines = readFileSync(file, 'utf8').split('\n');
  lines.forEach((line, at) => {
    if (/^#+ /.test(line) && !inFence(lines, at)) heading = line.replace(/^#+ /, '');
    const marker = /^<!-- (window|answer|run|prints|faulty|heuristics|settings)(?:: (\S+))? -->$/.exec(line);
    if (!marker) return;
    const [, kind = '', name = ''] = marker;
    const opening = /^```(\w+)$/.exec(lines[at + 1] ?? '');
    const end = lines.findIndex((each, k) => k > at + 1 && (opening ? each === '```' : each === ''));
    const text = lines.slice(opening ? at + 2 : at + 1, end).join('\n');
    examples.push({ kind, name, language: opening?.[1] ?? 'table', text, place: `${file}:${at + 1}`, heading });
  });
  return examples;
}

const inFence = (lines: readonly string[], at: number): boolean =>
  lines.slice(0, at).filter((line) => line.startsWith('```')).length % 2 === 1;

it('no example goes unchecked', () => {
  for (const file of FILES) {
    const blocks = readFileSync(file, 'utf8').matchAll(/(.*)\n```(?:json|js)\n/g);
    for (const [, before] of blocks)
      expect(before).toMatch(/^<!-- (window|answer|run|prints|faulty|settings)(: \S+)? -->$/);
  }
});

const EXAMPLES = FILES.flatMap(examplesOf);
const ofKind = (kind: string) =>
  EXAMPLES.filter((example) => example.kind === kind).map((example): [string, Example] => [example.place, example]);
const windowNamed = (name: string): WindowInput =>
  JSON.parse(EXAMPLES.find((example) => example.kind === 'window' && example.name === name)!.text);

/** Expects `found` to have everything that `wanted` has; a list that ends in "…" may go on. */
function expectShown(found: unknown, wanted: unknown): void {
  expect({ shown: shortened(found, wanted) }).toMatchObject({ shown: shortened(wanted, wanted) as object });
}

function shortened(found: unknown, wanted: unknown): unknown {
  if (typeof found === 'number') return Number(found.toPrecision(10)); // the last digits depend on the order of sums
  if (Array.isArray(found) && Array.isArray(wanted)) {
    const list = wanted.at(-1) === '…' ? found.slice(0, wanted.length - 1) : found;
    return list.map((each, k) => shortened(each, wanted[k]));
  }
  if (found !== null && typeof found === 'object' && wanted !== null && typeof wanted === 'object')
    return Object.fromEntries(
      Object.entries(found).map(([key, value]) => [key, shortened(value, (wanted as Record<string, unknown>)[key])]),
    );
  return found;
}

const engines = new EnginePool({ warm: ['glpk'] });
afterAll(() => engines.close());

describe('answers', () => {
  it.each(ofKind('answer'))('%s', async (_, { name, text }) => {
    expectShown(await solve(ready({ ...windowNamed(name), deadlineMs: 20_000 }), { engines }), JSON.parse(text));
  });
});

describe('tables of heuristics', () => {
  it.each(ofKind('heuristics'))('%s', (_, { name, text }) => {
    const instance = buildInstance(ready(windowNamed(name)));
    const rows = [...HEURISTICS.values()].map((heuristic) => {
      const { assignment } = heuristic.place(instance)!;
      const { cost, unplaced } = scoreOf(instance, assignment);
      const lines = planOf(instance, assignment).map(
        ({ task, node, copies }) => `${copies > 1 ? `${copies} × ` : ''}${task} on ${node}`,
      );
      const left = unplaced.reduce((sum, copies) => sum + copies, 0);
      return `| \`${heuristic.name}\` | ${Number(cost.toFixed(3))} | ${left} | ${lines.join(', ')} |`;
    });
    expect(text.split('\n').slice(2)).toEqual(rows);
  });

  it('every rule has a section', () => {
    const text = readFileSync('docs/heuristics.md', 'utf8');
    for (const name of HEURISTICS.keys()) expect(text).toContain(`\n## ${name}\n`);
  });
});

describe('faulty bodies', () => {
  it.each(ofKind('faulty'))('%s', (_, { heading, text }) => {
    const parsed = readyWindow(JSON.parse(text));
    expect(parsed.ok ? [] : parsed.refusal.faults.map(({ code }) => `\`${code}\``)).toEqual([heading]);
  });

  it('there is one for every code that a window can have', () => {
    const shown = ofKind('faulty').map(([, { heading }]) => heading.replaceAll('`', ''));
    const missing = Object.keys(FAULT_CODES).filter((code) => !shown.includes(code));
    expect(missing).toEqual([]);
  });
});

describe('configuration files', () => {
  it.each(ofKind('settings'))('%s', (name, { text }) => {
    expect(loadSettings({ file: { name, text } })).toMatchObject({ ok: true, settings: JSON.parse(text) });
  });
});

describe('examples that run', () => {
  let server: RunningServer;
  let folder: string;
  beforeAll(async () => {
    server = await startServer({ logLevel: 'silent', port: 0, planners: 1, spares: 0 });
    // the examples have a second each: none of it goes into starting threads
    const warm = await fetch(`${server.url}/v1/placements`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(twoTasks),
    });
    expect(await warm.json()).toMatchObject({ status: 'optimal' });
    folder = mkdtempSync(join(tmpdir(), 'placewright-docs-'));
    cpSync('examples', join(folder, 'examples'), { recursive: true });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** Shell examples run beside a copy of the examples, with the command line and the service of this build. */
  const shell = (text: string) =>
    output('sh', ['-e'], {
      cwd: folder,
      input: here(text).replaceAll('npx placewright', `"${process.execPath}" "${resolve('dist/cli/main.js')}"`),
    });
  /** JavaScript runs in the project, whose own name it may import. */
  const script = (text: string) =>
    output(process.execPath, ['--input-type=module', '-'], { cwd: '.', input: here(text) });
  /** With the address of this service. */
  const here = (text: string) => text.replaceAll('localhost:8080', new URL(server.url).host);

  const runs = EXAMPLES.flatMap((example, at): [string, Example, Example | undefined][] =>
    example.kind === 'run'
      ? [[example.place, example, EXAMPLES[at + 1]?.kind === 'prints' ? EXAMPLES[at + 1] : undefined]]
      : [],
  );
  it.each(runs)('%s', async (place, { language, text }, prints) => {
    if (text.includes('curl ') && !(await hasCurl())) {
      console.info(`skipped: ${place} needs curl, which is not installed`);
      return;
    }
    const found = await (language === 'js' ? script(text) : shell(text));
    if (prints?.language === 'json') expectShown(JSON.parse(found), JSON.parse(prints.text));
    else if (prints) expect(found).toContain(prints.text);
  });

  it('every output shown is that of an example', () => {
    expect(runs.filter(([, , prints]) => prints).length).toBe(ofKind('prints').length);
  });
});

/** What a program prints; rejects when it fails. */
function output(file: string, args: string[], { cwd, input }: { cwd: string; input: string }): Promise<string> {
  return new Promise((done, fail) => {
    const child = execFile(file, args, { cwd, timeout: 30_000 }, (error, stdout, stderr) =>
      error ? fail(new Error(`${error.message}\n${stdout}\n${stderr}`)) : done(stdout),
    );
    child.stdin!.on('error', () => {}); // a program that does not read
    child.stdin!.end(input);
  });
}

const hasCurl = (): Promise<boolean> =>
  output('curl', ['--version'], { cwd: '.', input: '' }).then(
    () => true,
    () => false,
  );

describe('tables of fields', () => {
  const text = readFileSync('docs/api.md', 'utf8');
  const section = (heading: string) => text.split(`\n${heading}\n`)[1]!.split(/\n##/)[0]!;
  const rowsOf = (heading: string) =>
    section(heading)
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

  /** What a field is when it is left out, as a table says it. */
  const defaultOf = (schema: { safeParse(value: unknown): { success: boolean; data?: unknown } }) => {
    const { success, data } = schema.safeParse(undefined);
    if (!success) return 'required';
    return data === undefined ? '' : `\`${JSON.stringify(data)}\``;
  };

  it.each([
    ['## The window', windowSchema.shape],
    ['### Tasks', taskSchema.shape],
    ['### Nodes', nodeSchema.shape],
  ])('%s has every field, with its default', (heading, shape) => {
    const rows = rowsOf(heading);
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(shape).map((name) => `\`${name}\``));
    expect(rows.map(([, , , , fallback]) => fallback)).toEqual(Object.values(shape).map(defaultOf));
  });

  it('## The answer has every field', () => {
    const rows = rowsOf('## The answer');
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(answerSchema.shape).map((name) => `\`${name}\``));
  });

  it('### The job document has every field', () => {
    const rows = rowsOf('### The job document');
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(jobSchema.shape).map((name) => `\`${name}\``));
  });

  it('## Endpoints has every address', () => {
    const { paths } = openApiDocument() as { paths: Record<string, Record<string, object>> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const told = [...section('## Endpoints').matchAll(/^\| ([A-Z]+) \| (.*?) \|/gm)].flatMap(([, method, paths = '']) =>
      paths.split(', ').map((path) => `${method} ${path.replaceAll('`', '')}`),
    );
    const pages = ['GET /docs', 'GET /openapi.json'];
    expect(told.sort()).toEqual([...described, ...pages].sort());
  });
});

it('links lead somewhere', () => {
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-');
  const anchorsOf = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => /^#+ /.test(line))
      .map((line) => slug(line.replace(/^#+ /, '')));
  const dead: string[] = [];
  let checked = 0;
  for (const file of FILES) {
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      checked++;
      const [path = '', anchor] = target.split('#');
      const linked = path === '' ? file : join(dirname(file), path);
      if (!existsSync(linked) || (anchor !== undefined && !anchorsOf(linked).includes(anchor)))
        dead.push(`${file}: ${target}`);
    }
  }
  expect(dead).toEqual([]);
  expect(checked).toBeGreaterThan(50);
});

it('the commands that set up are in the README as they are meant to be typed', () => {
  const lines = readFileSync('README.md', 'utf8').split('\n');
  expect(lines).toContain('npm ci && npm run demo');
  expect(lines).toContain('npm ci && npm test');
});
