import type { EngineName } from './engine.ts';

/** What a caller may want to know of an engine before asking for it. */
export interface EngineFacts {
  readonly name: EngineName;
  readonly version: string; // of the package
  readonly label: string; // how answers name it: the engine's own name and version
  readonly license: string;
  readonly summary: string;
}

/** The engines that `engine` may name, beside "auto". A test keeps the versions those of package.json. */
export const ENGINES: readonly EngineFacts[] = [
  {
    name: 'glpk',
    version: '5.0.0',
    label: 'glpk 5.0',
    license: 'GPL-3.0',
    summary: 'GLPK in WebAssembly (glpk.js): the default where it is known to finish.',
  },
  {
    name: 'highs',
    version: '1.15.3',
    label: 'highs 1.15.1',
    license: 'MIT',
    summary: 'HiGHS in WebAssembly: larger windows; bounds and incumbents while it runs.',
  },
  {
    name: 'jslp',
    version: '1.0.3',
    label: 'jslp 1.0',
    license: 'Unlicense',
    summary: 'javascript-lp-solver, plain JavaScript: small windows and cross-checks.',
  },
];

/** How answers name an engine. */
export const labelOf = (name: EngineName): string => ENGINES.find((engine) => engine.name === name)!.label;
