import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

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

/** The module given to this thread, if any. */
export const highsModule = (): HighsModule | undefined => given;
