import { type Reason, roomReasons } from '../../model/reasons.ts';
import type { Beside } from './beside.ts';

/** Node copies of which a reason is true, and one of them. */
interface Count {
  readonly reason: Omit<Reason, 'nodes' | 'example'>;
  nodes: number;
  first: number;
}

/**
 * Why one more copy of task i fits on none of the nodes it may run on, beside an answer: each reason with its nodes. In a
 * divisible window: why no share of one does.
 */
export function reasonsBeside(beside: Beside, i: number): Reason[] {
  const { instance } = beside;
  const { pairs, nodes } = instance;
  const counts = new Map<string, Count>();
  const earlier = new Float64Array(instance.tiers.length); // copies of earlier tiers on the nodes they outrank it on
  let outranked = 0; // nodes
  let outrankedOn = -1; // the first of them
  const count = (reason: Count['reason'], copy: number) => {
    const key = `${reason.code} ${reason.label ?? reason.group}`;
    const known = counts.get(key);
    if (known) known.nodes++;
    else counts.set(key, { reason, nodes: 1, first: copy });
  };
  const ruled = beside.isRuled(i);
  const tier = instance.tier[i]!;
  for (let p = pairs.start[i]!; p < pairs.start[i + 1]!; p++) {
    const q = pairs.node[p]!;
    for (let at = nodes.memberStart[q]!; at < nodes.memberStart[q + 1]!; at++) {
      const copy = nodes.member[at]!;
      const barriers = ruled ? beside.barriers(i, copy) : [];
      for (const { code, label, other } of barriers) {
        const group = other === undefined ? undefined : instance.rules!.groups[other]!.name;
        count({ code, ...(label === undefined ? {} : { label }), ...(group === undefined ? {} : { group }) }, copy);
      }
      const held = !beside.fits(p, copy) || barriers.some(({ code }) => code !== 'group:gang');
      if (!held && barriers.length === 0) count({ code: 'overlooked' }, copy);
      if (!held || tier === 0 || !beside.fitsWithoutEarlier(i, p, copy)) continue;
      if (!beside.addEarlier(copy, tier, earlier)) continue;
      if (outranked++ === 0) outrankedOn = copy;
    }
  }
  const tiers = instance.tiers.flatMap((tier, t) => (earlier[t]! > 0 ? [{ tier, copies: earlier[t]! }] : []));
  const others = [...counts.values()].sort((a, b) => (a.reason.code < b.reason.code ? -1 : 1));
  const reasons: Reason[] = roomReasons(instance, beside.loads, i);
  for (const { reason, nodes: many, first } of others)
    reasons.push({ ...reason, nodes: many, example: { node: beside.nameOf(first) } });
  if (outranked > 0)
    reasons.push({ code: 'outranked', nodes: outranked, tiers, example: { node: beside.nameOf(outrankedOn) } });
  return reasons;
}
