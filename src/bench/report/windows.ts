import { compareChecked } from '../check.ts';
import { YOURS } from '../records.ts';
import { groupBy } from '../summary.ts';
import { sizeOf } from './anytime.ts';
import { type Evidence, type Exhibit, gapOf, ours, percent } from './evidence.ts';
import type { Table } from './tables.ts';

/** Windows that are listed; what is counted is counted over all. */
const MOST = 100;

/** A user's own windows, one by one: what is the least, who had it, and what the best and the worst rule cost. */
export const ownWindows = (evidence: Evidence): Table | null => {
  const rows = windowsOf(evidence, ({ case: one }) => one.suite === YOURS);
  const left = evidence.exhibits.some(({ figures }) => figures.unplaced?.some((copies) => copies > 0));
  return rows.length === 0
    ? null
    : {
        id: 'windows',
        title: `Your windows, one by one${listed(rows)}`,
        note: `The least cost that anyone had${left ? ', among those who placed the most' : ''}, how far at most it is from the optimum, and how much more each method costs.${left ? ' Of a method that placed less it is told how many copies it left out, tier by tier: those of the highest priority first.' : ''}`,
        words: 2,
        heads: ['window', 'size', 'least cost', 'proven to within', ...headsOf(evidence)],
        rows: rows
          .slice(0, MOST)
          .map(({ name, size, least, within, others }) => [name, size, least, within, ...others]),
      };
};

/** Published windows beside the best cost that is known of them. */
export function publishedWindows(evidence: Evidence): Table | null {
  const rows = windowsOf(evidence, ({ case: one }) => one.known !== null);
  if (rows.length === 0) return null;
  const names = shortNames(rows);
  const reached = rows.filter(({ regret }) => regret !== null && regret <= SAME).length;
  return {
    id: 'published',
    title: `Placewright reached the best known cost on ${reached} of ${rows.length} published windows${listed(rows)}`,
    note: 'The best known cost is the published one, or the least that anyone had here where that is below. How far at most it is from the optimum, by the best bound that is published or was proven here, and how much more than it each method costs.',
    words: 2,
    heads: ['window', 'size', 'best known', 'proven to within', ...headsOf(evidence)],
    rows: rows.slice(0, MOST).map(({ size, known, within, others }, k) => [names[k]!, size, known, within, ...others]),
  };
}

/** How many of the windows are listed, where that is not all. */
const listed = ({ length }: readonly Row[]): string => (length > MOST ? ` (${MOST} of ${length} listed)` : '');

/** What windows are called within their group, as long as that tells them apart. */
function shortNames(rows: readonly Row[]): string[] {
  const short = rows.map(({ name, group }) =>
    name.startsWith(`${group} `) ? name.slice(group.length + 1) : name.slice(name.indexOf('/') + 1),
  );
  return new Set(short).size === short.length ? short : rows.map(({ name }) => name);
}

/** Shares up to which costs are the same. */
const SAME = 1e-6;

interface Row {
  readonly name: string;
  readonly group: string;
  readonly size: string;
  readonly known: string; // published, and the least of the run where that is below
  readonly least: string; // of anyone in the run, or published
  readonly within: string; // of the optimum, the least
  readonly regret: number | null; // ours, above the least
  readonly others: readonly string[]; // as in headsOf
}

/** Ours, each solver, and the best and worst of the rules. */
function headsOf(evidence: Evidence): string[] {
  const { methods } = evidence;
  const rules = methods.some(({ family }) => family === 'rule') ? ['best rule', 'worst rule'] : [];
  return [ours(evidence)?.name ?? 'Placewright', ...solversOf(evidence), ...rules];
}

const solversOf = ({ methods }: Evidence): string[] =>
  methods.filter(({ family }) => family === 'solver').map(({ name }) => name);

function windowsOf(evidence: Evidence, shown: (one: Exhibit) => boolean): Row[] {
  const mine = ours(evidence);
  const hasRules = evidence.methods.some(({ family }) => family === 'rule');
  return [...groupBy(evidence.exhibits.filter(shown), (one) => one.case.name)].map(([name, runs]) => {
    const { best, certified } = runs[0]!.figures;
    const fullest = runs.find(({ figures }) => figures.over !== null)?.figures.unplaced ?? [];
    const of = (method: string | undefined) => typical(runs.filter((one) => one.method === method));
    const rules = ranked(runs.filter(({ family }) => family === 'rule'));
    const named = (one: Exhibit | undefined) => (one ? `${one.method} ${beside(one)}` : '–');
    const left = fullest.some((copies) => copies > 0) ? `, ${copiesOut(fullest)}` : '';
    return {
      name,
      group: runs[0]!.case.group,
      size: sizeOf(runs[0]!.case),
      known: knownOf(runs[0]!),
      least: `${costOf(best)}${left}`,
      within: best === null || certified === null ? '–' : percent(gapOf(best, certified)),
      regret: of(mine?.name)?.figures.over ?? null,
      others: [
        beside(of(mine?.name)),
        ...solversOf(evidence).map((solver) => beside(of(solver))),
        ...(hasRules ? [named(rules[0]), named(rules.at(-1))] : []),
      ],
    };
  });
}

/** Runs that count, the best first. */
const ranked = (runs: readonly Exhibit[]): Exhibit[] =>
  runs.filter(({ figures }) => figures.cost !== null).sort((a, b) => compareChecked(a.run.checked!, b.run.checked!));

/** The run in the middle, of repeats and seeds that count. */
const typical = (runs: readonly Exhibit[]): Exhibit | undefined => {
  const all = ranked(runs);
  return all[Math.floor((all.length - 1) / 2)];
};

/** Cost above the least, or what was left out where that is more. */
const beside = (one: Exhibit | undefined): string =>
  one === undefined
    ? 'no answer'
    : one.figures.over === null
      ? copiesOut(one.figures.unplaced!)
      : `${one.figures.over > SAME ? '+' : ''}${percent(one.figures.over <= SAME ? 0 : one.figures.over)}`;

const copiesOut = (tiers: readonly number[]): string =>
  `${tiers.map((copies) => Math.round(1000 * copies) / 1000).join('\u00a0+\u00a0')}\u00a0left\u00a0out`;

/** The best known cost: the published one, with the least of the run where that is below. */
const knownOf = ({ case: { known }, figures: { best } }: Exhibit): string =>
  `${costOf(known?.best ?? null)}${known && best !== null && best < known.best * (1 - SAME) ? `, here ${costOf(best)}` : ''}`;

/** A cost with up to seven digits, no zeros at the end. */
const costOf = (cost: number | null): string => (cost === null ? '–' : `${Number(cost.toPrecision(7))}`);
