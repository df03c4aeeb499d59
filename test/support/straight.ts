import loader, { type Highs } from 'highs';
import type { Window } from '../../dist/model/window.js';
import { type Optimum, tableOf } from './exhaustive.ts';

/**
 * The optimum of a divisible window by a formulation as plain as it gets: one variable for each task and node copy, one
 * for each task's unplaced copies, a linear program for each tier and one for the cost, written as text and solved by HiGHS.
 * Where opening a node costs something there is one more for each node copy: the share of it that is open. With `held`
 * (tiers → unplaced copies) no least copies are sought, but those held.
 */
export async function straightOptimum(window: Window, held?: readonly number[]): Promise<Optimum> {
  // the package's types describe its CommonJS face, where the default export is the module itself
  const highs = await (loader as unknown as () => Promise<Highs>)();
  const { copies: nodes, pairs, free, tiers, tierAt } = tableOf(window);
  const y = (i: number, at: number) => `y_${i}_${at}`;
  const sum = (terms: string[]) => (terms.length === 0 ? '0 u_0' : terms.join(' + '));
  const rows: string[] = window.tasks.map(
    (task, i) => `m${i}: ${sum([...pairs[i]!.map(({ at }) => y(i, at)), `u_${i}`])} = ${task.count}`,
  );
  const opening = nodes.map(({ entry }) => (entry.open ? 0 : entry.openCost));
  opening.forEach((cost, at) => {
    if (cost > 0) rows.push(`o_${at}: z_${at} <= 1`);
  });
  free.forEach((freeOf, at) => {
    const resources = new Set(
      pairs.flatMap((list) => list.flatMap((pair) => (pair.at === at ? Object.keys(pair.demand) : []))),
    );
    for (const k of resources) {
      const terms = pairs.flatMap((list, i) =>
        list.flatMap((pair) => (pair.at === at && (pair.demand[k] ?? 0) > 0 ? [`${pair.demand[k]} ${y(i, at)}`] : [])),
      );
      if (terms.length > 0)
        rows.push(
          `c_${at}_${k}: ${sum(terms)} ${opening[at]! > 0 ? `- ${freeOf(k)} z_${at} <= 0` : `<= ${freeOf(k)}`}`,
        );
    }
  });
  const least = (objective: string): number => {
    const result = highs.solve(`Minimize\n obj: ${objective}\nSubject To\n ${rows.join('\n ')}\nEnd`, {
      output_flag: false,
      primal_feasibility_tolerance: 1e-10,
      dual_feasibility_tolerance: 1e-10,
    });
    if (result.Status !== 'Optimal') throw new Error(`straight formulation: ${result.Status}`);
    return result.ObjectiveValue;
  };
  const unplaced = tiers.map((_, t) => {
    const members = sum(window.tasks.flatMap((_, i) => (tierAt[i] === t ? [`u_${i}`] : [])));
    const copies = held ? held[t]! : Math.max(0, least(members));
    rows.push(`t_${t}: ${members} <= ${copies < 1e-9 ? 0 : copies}`);
    return copies < 1e-9 ? 0 : copies;
  });
  const cost = least(
    sum([
      ...pairs.flatMap((list, i) => list.map(({ at, cost }) => `${cost} ${y(i, at)}`)),
      ...opening.flatMap((cost, at) => (cost > 0 ? [`${cost} z_${at}`] : [])),
    ]),
  );
  return { tiers, unplaced, cost };
}
