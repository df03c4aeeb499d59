import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const bin = (name: string): string => resolve('node_modules/.bin', name);

/** A program that uses what was generated as its types say: it does not compile when they are wrong. */
const PROGRAM = `
import { readFileSync } from 'node:fs';
import { type Answer, Api, type Job, type Window } from './api.js';

const [url = '', file = ''] = process.argv.slice(2);
const window: Window = JSON.parse(readFileSync(file, 'utf8'));
const api = new Api({ baseUrl: url });
const { data: answer } = await api.v1.place(window);
const [line] = answer.assignments;
const shown: { objective: number | null; node: string | undefined } = { objective: answer.objective, node: line?.node };
const refused = await api.v1.place({ tasks: [], nodes: [], deadlineMs: 0 }).catch(({ error }) => error);
const best = (job: Job): Answer | null => job.answer;
process.stdout.write(JSON.stringify({ answer, shown, pointer: refused.faults[0].pointer, best: best.length }));
`;

/** What the program of a generated client printed. */
export interface Printed {
  readonly answer: { readonly objective: number; readonly assignments: object[] };
  readonly shown: object;
  readonly pointer: string;
}

/** Generates a client from an OpenAPI document, compiles a program that uses it, and runs that on a window. */
export async function runGenerated(document: object, url: string, windowFile: string): Promise<Printed> {
  const folder = mkdtempSync(join(tmpdir(), 'placewright-generated-'));
  try {
    writeFileSync(join(folder, 'openapi.json'), JSON.stringify(document));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    const files = ['--path', join(folder, 'openapi.json'), '--output', folder, '--name', 'api.ts'];
    await run(bin('swagger-typescript-api'), ['generate', ...files, '--silent'], { cwd: folder });
    const flags = '--ignoreConfig --strict --target es2023 --module nodenext --types node --skipLibCheck'.split(' ');
    const types = ['--typeRoots', resolve('node_modules/@types')];
    await run(bin('tsc'), [...flags, ...types, join(folder, 'program.ts')], { cwd: folder });
    const { stdout } = await run(process.execPath, [join(folder, 'program.js'), url, resolve(windowFile)]);
    return JSON.parse(stdout) as Printed;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
