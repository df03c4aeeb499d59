import { loadavg } from 'node:os';
import { HEURISTICS } from '../heuristics/heuristics.ts';
import { readyWindow } from '../model/parse.ts';
import type { Case, CaseOptions } from './case.ts';
import { hostOf, isRule, OURS } from './contender.ts';
import { judge, type Turn } from './figures.ts';
import { ContenderProcess } from './process.ts';
import { type CaseRecord, keyOf, type RunRecord, YOURS } from './records.ts';
import { sharesNow } from './running-now.ts';

/** What is asked for in place of what the cases say. */
export interface Choices {
  readonly methods: readonly string[] | null; // contenders, instead of all
  readonly peers: readonly string[] | null; // instead of the case's
  readonly deadlines: readonly number[] | null; // of ours, seconds, rising
  readonly repeats: number;
  readonly limit: number; // seconds; nobody is given more
  readonly warmUp: number; // seconds a process may warm up
}

/** Who is told how a campaign goes. */
export interface Listener {
  /** Before each run: its number, from 1, of how many. */
  turn(at: number, of: number, name: string, turn: Turn): void;
  run(found: Omit<RunRecord, 'kind' | 'session'>): void;
  absent(contender: string): void;
}

/** Whose turn it is on a case, in the order in which results are listed. */
export function turnsOf(one: Case, { methods, peers, deadlines, repeats, limit }: Choices): Turn[] {
  const seconds = deadlines ?? one.ours.seconds;
  const most = one.peers.seconds || seconds.at(-1)!;
  const once: Omit<Turn, 'repeat'>[] = [
    ...seconds.flatMap((each) =>
      Array.from({ length: one.ours.seeds }, (_, s) => ({ contender: OURS, seed: s + 1, seconds: each })),
    ),
    ...(one.rules || methods ? [...HEURISTICS.keys()] : []).map((contender) => ({ contender, seed: 1, seconds: most })),
    ...(peers ?? (methods?.filter((name) => name !== OURS && !isRule(name)) || one.peers.names)).map((contender) => ({
      contender,
      seed: 1,
      seconds: most,
    })),
  ];
  const chosen = once.filter(({ contender }) => !methods || methods.includes(contender));
  const limited = chosen.map((turn) => ({ ...turn, seconds: Math.min(turn.seconds, limit) }));
  const distinct = [...new Map(limited.map((turn) => [keyOf('', { ...turn, repeat: 0 }), turn])).values()];
  return Array.from({ length: repeats }, (_, r) => distinct.map((turn) => ({ ...turn, repeat: r + 1 }))).flat();
}

/**
 * Runs every case through its contenders, each in a process of its own, alone while it runs; they take turns case by
 * case, and who begins changes. Runs whose key is `done` are left out.
 */
export async function measure(
  cases: readonly Case[],
  options: CaseOptions,
  choices: Choices,
  done: ReadonlySet<string>,
  listener: Listener,
): Promise<void> {
  const hosts = new Map<string, ContenderProcess>();
  const endAll = () => {
    for (const host of hosts.values()) host.end();
    hosts.clear();
  };
  process.once('exit', endAll); // a contender inside WebAssembly would not notice that it is alone
  const plan = cases.map((one) => turnsOf(one, choices));
  const total = plan.reduce((sum, turns) => sum + turns.length, 0);
  let at = 0;
  let group = '';
  for (const [k, one] of cases.entries()) {
    if (one.group !== group && one.fresh) endAll();
    group = one.group;
    const turns = plan[k]!.map((_, t, all) => all[(t + k) % all.length]!);
    const missing = turns.filter((turn) => !done.has(keyOf(one.name, turn)));
    at += turns.length - missing.length;
    if (missing.length === 0) continue;
    const parsed = readyWindow(one.window());
    if (!parsed.ok) throw new Error(`${one.name}: ${parsed.refusal.detail}`);
    const window = parsed.value;
    const now = sharesNow(window);
    const facts: CaseRecord = {
      suite: one.name.includes('/') ? one.name.slice(0, one.name.indexOf('/')) : YOURS,
      name: one.name,
      group: one.group,
      everything: one.everything,
      known: one.known,
      tasks: window.tasks.length,
      copies: window.tasks.reduce((sum, { count }) => sum + count, 0),
      nodes: window.nodes.reduce((sum, { count }) => sum + count, 0),
      ...(now.length > 0 && { now }),
    };
    for (const turn of missing) {
      listener.turn(++at, total, one.name, turn);
      const { contender, seed, seconds } = turn;
      const name = hostOf(contender);
      let host = hosts.get(name);
      if (!host) {
        host = new ContenderProcess(name, choices.warmUp);
        hosts.set(name, host);
        if (!(await host.start())) listener.absent(contender);
      }
      if (host.version === null) continue;
      const { name: of, file = null, everything } = one;
      const measured = await host.run({ contender, case: of, file, everything, options, seconds, seed });
      if (measured.end === 'declined') continue;
      listener.run({
        case: facts,
        version: host.version,
        load: loadavg()[0]!,
        run: judge(window, turn, measured, everything),
      });
    }
  }
  endAll();
  process.removeListener('exit', endAll);
}
