import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

/** What each layer may import, beside itself; index.ts and version.ts stand above and below them all. */
const ALLOWED: Record<string, readonly string[]> = {
  model: [],
  client: ['model'],
  heuristics: ['model'],
  formats: ['model'],
  solver: ['model', 'heuristics'],
  simulation: ['model', 'heuristics', 'formats', 'solver'],
  api: ['model', 'heuristics', 'solver', 'formats'],
  bench: ['model', 'heuristics', 'solver', 'formats'],
  cli: ['model', 'heuristics', 'solver', 'formats', 'simulation', 'bench', 'api'],
};

const sources = (readdirSync('src', { recursive: true }) as string[])
  .filter((file) => file.endsWith('.ts'))
  .map(normalize);
const layerOf = (file: string): string => file.split('/')[0]!;

it('imports point down only', () => {
  const upward: string[] = [];
  for (const file of sources) {
    const allowed = ALLOWED[layerOf(file)];
    if (!allowed) continue;
    for (const [, target] of readFileSync(join('src', file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const imported = normalize(join(dirname(file), target!));
      const layer = layerOf(imported);
      if (layer !== layerOf(file) && imported !== 'version.ts' && !allowed.includes(layer))
        upward.push(`${file} → ${imported}`);
    }
  }
  expect(upward).toEqual([]);
  expect(sources.length).toBeGreaterThan(40);
});

it('the client takes nothing but types from elsewhere, and runs on its own', () => {
  const own = sources.filter((file) => layerOf(file) === 'client');
  for (const file of own) {
    for (const [, kind, target] of readFileSync(join('src', file), 'utf8').matchAll(
      /(?:im|ex)port (type )?[^;]*? from '([^']+)'/g,
    ))
      if (!target!.startsWith('./')) expect(`${file}: ${kind}${target}`).toMatch(/: type \.\.\/model\//);
    const built = readFileSync(join('dist', file.replace(/\.ts$/, '.js')), 'utf8');
    for (const [, target] of built.matchAll(/(?:from|import|import\()\s*'([^']+)'/g))
      expect(target).toMatch(/^\.\/[\w-]+\.js$/);
  }
  expect(own.length).toBeGreaterThan(5);
});

it('the client compiles for browsers, without the types of Node', () => {
  const flags = '--noEmit --ignoreConfig --strict --target es2023 --lib es2023,dom,dom.asynciterable --module nodenext';
  const args = [...flags.split(' '), '--types', '', '--allowImportingTsExtensions', '--skipLibCheck'];
  execFileSync('node_modules/.bin/tsc', [...args, 'src/client/index.ts'], { encoding: 'utf8' });
});

it('versions told to callers are those of package.json', async () => {
  const { version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { VERSION } = await import('../dist/version.js');
  const { ENGINES } = await import('../dist/solver/engines/catalogue.js');
  const packages = { glpk: 'glpk.js', highs: 'highs', jslp: 'javascript-lp-solver' };
  expect(VERSION).toBe(version);
  const { loadEngine } = await import('../dist/solver/engines/engines.js');
  for (const engine of ENGINES) {
    expect(engine.version).toBe(dependencies[packages[engine.name]]);
    expect(engine.label).toBe((await loadEngine(engine.name)).version);
  }
});
