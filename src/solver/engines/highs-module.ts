import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import loader, { type Highs } from 'highs';

// the package's types describe its CommonJS build; imported, the function itself is the default export
const load = loader as unknown as typeof loader.default;

/** HiGHS compiled, a WebAssembly.Module: what threads share, so that each need not compile three megabytes for itself. */
export type HighsModule = object;

const { WebAssembly } = globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => HighsModule } };

let given: HighsModule | undefined;

/** Compiles HiGHS, which takes this thread some 20 ms. */
export function compileHighs(): HighsModule {
  const file = createRequire(import.meta.url).resolve('highs/runtime');
  return new WebAssembly.Module(readFileSync(file));
}

/** Has this thread load HiGHS from a module that another thread compiled. */
export function useHighs(module: HighsModule | null): void {
  if (module) given = module;
}

/** HiGHS itself, an instance of its own for the caller. */
export const highsRuntime = (): Promise<Highs> => load(given ? { wasmModule: given as never } : {});
