import type { Peer } from './peer.ts';

/** Every peer, by the name `--peers` takes; loaded only when asked for, so that none weighs on another's memory. */
const MODULES: Readonly<Record<string, () => Promise<{ peer: Peer }>>> = {
  glpk: () => import('./glpk.ts'),
  highs: () => import('./highs.ts'),
  jslp: () => import('./jslp.ts'),
  'cp-sat': () => import('./cp-sat.ts'),
  scip: () => import('./scip.ts'),
  cbc: () => import('./cbc.ts'),
  glpsol: () => import('./glpsol.ts'),
  'cbc-native': () => import('./cbc-native.ts'),
};

export const PEERS: readonly string[] = Object.keys(MODULES);

/** A peer and its version, or null where it is not installed. */
export async function loadPeer(name: string): Promise<{ peer: Peer; version: string } | null> {
  try {
    const { peer } = await MODULES[name]!();
    const version = await peer.load();
    return version === null ? null : { peer, version };
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}
