import type { Instance } from '../model/instance.ts';
import { nodeName } from '../model/instance.ts';
import { type LinearProgram, LinearProgramBuilder } from '../model/linear-program.ts';
import type { PlanLine } from '../model/verifier.ts';

/** A window as the plain program that a user of an LP/ILP solver would write down: every pair, nothing scaled. */
export interface Posed {
  readonly program: LinearProgram;
  /** What a point of the program places where. */
  readonly plan: (x: ArrayLike<number>) => PlanLine[];
}

/**
 * What is minimised: the cost of placing everything (`everything`), the unplaced copies of tier t, those of the tiers
 * before it held (`tier: t`), or the cost, those of all tiers held (`tier: null`).
 */
export type Aim = 'everything' | { readonly tier: number | null; readonly held: readonly number[] };

/**
 * One column for each pair of task entry and node, its cost that of one copy; one row for each task (its copies are all
 * placed, or counted as unplaced), for each node and resource (≤ what is free), and for each tier that is held. Where opening a node costs something, a switch of its own is 1 when
 * anything runs there: its rows are ≤ 0 with what is free times the switch, and each of its columns is at most the
 * task's copies times the switch.
 */
export function pose(instance: Instance, aim: Aim): Posed {
  const { pairs, nodes, width, tasks, count, tier, free, divisible } = instance;
  const builder = new LinearProgramBuilder();
  const counting = aim === 'everything' ? null : aim;
  const minimisesCost = counting === null || counting.tier === null;
  const taskRow = Array.from(count, (copies) => builder.row(copies, copies));
  const freeAt = (at: number) => free[nodes.classOf[Math.floor(at / width)]! * width + (at % width)]!;
  const openingOf = (j: number) => instance.opening?.[nodes.classOf[j]!] ?? 0;
  const capacityRow = Array.from({ length: nodes.copies * width }, (_, at) =>
    builder.row(Number.NEGATIVE_INFINITY, openingOf(Math.floor(at / width)) > 0 ? 0 : freeAt(at)),
  );
  const linkRows: number[][] = Array.from({ length: nodes.copies }, () => []);
  const linkCounts: number[][] = Array.from({ length: nodes.copies }, () => []);
  const tierRow = (counting?.held ?? []).map((most) => builder.row(Number.NEGATIVE_INFINITY, most));

  const taskOf: number[] = [];
  const nodeOf: number[] = [];
  for (let i = 0; i < tasks; i++) {
    for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
      const q = pairs.node[p]!;
      for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]!; at++) {
        const j = nodes.member[at]!;
        builder.column(minimisesCost ? pairs.cost[p]! : 0, 0, count[i]!, !divisible);
        builder.entry(taskRow[i]!, 1);
        for (let k = 0; k < width; k++)
          builder.entry(capacityRow[j * width + k]!, pairs.demand[pairs.row[p]! * width + k]!);
        if (openingOf(j) > 0) {
          const row = builder.row(Number.NEGATIVE_INFINITY, 0);
          builder.entry(row, 1);
          linkRows[j]!.push(row);
          linkCounts[j]!.push(count[i]!);
        }
        taskOf.push(i);
        nodeOf.push(j);
      }
    }
  }
  // one column for the unplaced copies of each task, where some may be
  if (counting) {
    for (let i = 0; i < tasks; i++) {
      builder.column(counting.tier === tier[i]! ? 1 : 0, 0, count[i]!, !divisible);
      builder.entry(taskRow[i]!, 1);
      if (tierRow[tier[i]!] !== undefined) builder.entry(tierRow[tier[i]!]!, 1);
    }
  }
  // one switch for each node that costs something to open
  for (let j = 0; j < nodes.copies; j++) {
    if (openingOf(j) === 0) continue;
    builder.column(minimisesCost ? openingOf(j) : 0, 0, 1, true);
    for (let k = 0; k < width; k++) builder.entry(capacityRow[j * width + k]!, -freeAt(j * width + k));
    linkRows[j]!.forEach((row, at) => {
      builder.entry(row, -linkCounts[j]![at]!);
    });
  }

  const least = divisible ? 1e-9 : 0.5;
  const plan = (x: ArrayLike<number>): PlanLine[] =>
    taskOf.flatMap((i, c) => {
      const copies = divisible ? x[c]! : Math.round(x[c]!);
      if (!(copies >= least)) return [];
      return [{ task: instance.window.tasks[i]!.id, node: nodeName(instance, nodeOf[c]!), copies }];
    });
  return { program: builder.build(), plan };
}
