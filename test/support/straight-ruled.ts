import loader, { type Highs } from 'highs';
import { nodeCopies } from '../../dist/model/rules.js';
import type { Window } from '../../dist/model/window.js';
import { type Optimum, tableOf } from './exhaustive.ts';

/**
 * The optimum of a window with rules and costs, as plain as it gets: a variable for each task and node copy, one for each
 * task's unplaced copies, one that is 0 or 1 for each node copy that costs something to open and for each group that is
 * somewhere or not; a program for each tier and one for the cost, written as text and solved by HiGHS.
 */
export async function straightRuledOptimum(window: Window, mipTolerance = 1e-6): Promise<Optimum> {
  const highs = await (loader as unknown as () => Promise<Highs>)();
  const { copies, pairs, free, tiers, tierAt } = tableOf(window);
  const names = nodeCopies(window);
  const rows: string[] = [];
  const row = (terms: string[], sense: string, limit: number) => {
    if (terms.length > 0) rows.push(`r${rows.length}: ${terms.join(' + ').replaceAll('+ -', '- ')} ${sense} ${limit}`);
  };
  const y = (i: number, at: number) => `y_${i}_${at}`;
  const cells = pairs.flatMap((list, i) => list.map((pair) => ({ i, ...pair })));
  window.tasks.forEach((task, i) => {
    row([...pairs[i]!.map(({ at }) => y(i, at)), `u_${i}`], '=', task.count);
  });
  const labelOf = (at: number, label: string) => {
    const { entry, id } = copies[at]!;
    return String(label === 'node' ? id : label === 'kind' ? entry.kind : entry.labels[label]);
  };

  // capacities; where opening costs something, none until the node is open
  const opening = copies.map(({ entry }) => (entry.open ? 0 : entry.openCost));
  copies.forEach((_, at) => {
    const here = cells.filter((cell) => cell.at === at);
    for (const k of new Set(here.flatMap(({ demand }) => Object.keys(demand))))
      row(
        here.flatMap(({ i, demand }) => ((demand[k] ?? 0) > 0 ? [`${demand[k]} ${y(i, at)}`] : [])),
        '<=',
        free[at]!(k),
      );
    if (opening[at]! > 0)
      for (const { i, demand } of here) {
        const fits = Object.entries(demand).map(([k, d]) => (d > 0 ? free[at]!(k) / d : Number.POSITIVE_INFINITY));
        row([y(i, at), `-${Math.min(window.tasks[i]!.count, ...fits)} z_${at}`], '<=', 0);
      }
  });
  const ofGroup = (name: string) => cells.filter(({ i }) => window.tasks[i]!.group === name);
  const some: string[] = [];
  const whether = (variable: string) => {
    if (!some.includes(variable)) some.push(variable);
    return variable;
  };
  for (const [name, rules] of Object.entries(window.groups)) {
    const members = ofGroup(name);
    const size = window.tasks.reduce((sum, { group, count }) => (group === name ? sum + count : sum), 0);
    const at = (label: string) =>
      [...new Set(members.map((cell) => labelOf(cell.at, label)))].map(
        (value, v) =>
          [v, members.filter((cell) => labelOf(cell.at, label) === value).map((c) => y(c.i, c.at))] as const,
      );
    if (rules.maxPerNode !== undefined) for (const [, terms] of at('node')) row(terms, '<=', rules.maxPerNode);
    for (const { label, count } of rules.maxPer ?? []) for (const [, terms] of at(label)) row(terms, '<=', count);
    if (rules.spread) {
      for (const [, terms] of at(rules.spread.label)) {
        row([...terms, `-1 most_${name}`], '<=', 0);
        row([...terms, `-1 fewest_${name}`], '>=', 0);
      }
      row([`most_${name}`, `-1 fewest_${name}`], '<=', rules.spread.maxSkew);
    }
    if (rules.together !== undefined) {
      for (const [v, terms] of at(rules.together)) row([...terms, `-${size} ${whether(`w_${name}_${v}`)}`], '<=', 0);
      row(
        at(rules.together).map(([v]) => `w_${name}_${v}`),
        '<=',
        1,
      );
    }
    if (rules.gang) {
      const all = members.map((c) => y(c.i, c.at));
      row([...all, `-${size} ${whether(`k_${name}`)}`], '<=', 0);
      row([...all, `-${rules.gang === true ? size : rules.gang} k_${name}`], '>=', 0);
    }
    for (const other of rules.apartFrom ?? [])
      copies.forEach((_, node) => {
        for (const each of [name, other])
          for (const c of ofGroup(each))
            if (c.at === node)
              row([y(c.i, c.at), `-${window.tasks[c.i]!.count} ${whether(`on_${each}_${node}`)}`], '<=', 0);
        row([whether(`on_${name}_${node}`), whether(`on_${other}_${node}`)], '<=', 1);
      });
  }
  if (window.maxMoves !== undefined)
    row(
      cells.flatMap(({ i, at }) => {
        const { current } = window.tasks[i]!;
        return current !== undefined && names.has(current) && copies[at]!.id !== current ? [y(i, at)] : [];
      }),
      '<=',
      window.maxMoves,
    );

  const least = (terms: string[]): number => {
    const switches = [...some, ...opening.flatMap((cost, at) => (cost > 0 ? [`z_${at}`] : []))];
    const whole =
      window.mode === 'integral'
        ? [...cells.map(({ i, at }) => y(i, at)), ...window.tasks.map((_, i) => `u_${i}`)]
        : [];
    const result = highs.solve(
      `Minimize\n obj: ${terms.length > 0 ? terms.join(' + ') : '0 u_0'}\nSubject To\n ${rows.join('\n ')}\n${section('Binary', switches)}${section('General', whole)}End`,
      {
        output_flag: false,
        primal_feasibility_tolerance: 1e-9,
        dual_feasibility_tolerance: 1e-9,
        mip_feasibility_tolerance: mipTolerance,
        mip_rel_gap: 0,
        mip_abs_gap: 0,
      },
    );
    if (result.Status !== 'Optimal') throw new Error(`straight formulation: ${result.Status}`);
    return result.ObjectiveValue;
  };
  const unplaced = tiers.map((_, t) => {
    const members = window.tasks.flatMap((_, i) => (tierAt[i] === t ? [`u_${i}`] : []));
    const fewest = window.mode === 'integral' ? Math.round(least(members)) : Math.max(0, least(members));
    row(members, '<=', fewest < 1e-9 ? 0 : fewest + 1e-9 * Math.max(1, fewest));
    return fewest < 1e-9 ? 0 : fewest;
  });
  const cost = least([
    ...cells.map(({ i, at, cost }) => `${cost} ${y(i, at)}`),
    ...opening.flatMap((cost, at) => (cost > 0 ? [`${cost} z_${at}`] : [])),
  ]);
  return { tiers, unplaced, cost };
}

const section = (title: string, variables: readonly string[]): string =>
  variables.length > 0 ? `${title}\n ${variables.join('\n ')}\n` : '';
