import type { Engine, EngineName } from './engine.ts';

/** Name → factory. Each module is imported only when its engine is asked for: a WebAssembly engine costs memory. */
const factories: Record<EngineName, (died: () => void) => Promise<Engine>> = {
  glpk: async (died) => (await import('./glpk.ts')).loadGlpk(died),
  highs: async (died) => (await import('./highs.ts')).loadHighs(died),
  jslp: async (died) => (await import('./jslp.ts')).loadJslp(died),
};

const loaded = new Map<EngineName, Promise<Engine>>();

/**
 * The engine of that name, loaded once per thread. An engine that died (a WebAssembly abort) keeps answering
 * `call: 'failed'`; the next call of this function loads a fresh one.
 */
export function loadEngine(name: EngineName): Promise<Engine> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const forget = () => {
    if (loaded.get(name) === loading) loaded.delete(name);
  };
  const loading = factories[name](forget);
  loaded.set(name, loading);
  loading.catch(forget);
  return loading;
}
