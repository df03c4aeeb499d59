/**
 * The strongly connected components of a directed graph (node → the nodes it leads to), each after all those it leads to.
 * Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1, 1972; without recursion.
 */
export function stronglyConnected(next: ReadonlyMap<number, readonly number[]>): number[][] {
  const found: number[][] = [];
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = []; // entered, component not known yet
  const isOpen = new Set<number>();
  for (const root of next.keys()) {
    if (index.has(root)) continue;
    const path: { node: number; at: number }[] = [];
    const enter = (node: number) => {
      index.set(node, index.size);
      low.set(node, index.get(node)!);
      open.push(node);
      isOpen.add(node);
      path.push({ node, at: 0 });
    };
    const lower = (node: number, to: number) => low.set(node, Math.min(low.get(node)!, to));
    enter(root);
    while (path.length > 0) {
      const step = path.at(-1)!;
      const to = next.get(step.node)?.[step.at++];
      if (to !== undefined) {
        if (!index.has(to)) enter(to);
        else if (isOpen.has(to)) lower(step.node, index.get(to)!);
        continue;
      }

      // all that the node leads to is known
      path.pop();
      if (path.length > 0) lower(path.at(-1)!.node, low.get(step.node)!);
      if (low.get(step.node) !== index.get(step.node)) continue;
      const component: number[] = [];
      for (let node = -1; node !== step.node; component.push(node)) {
        node = open.pop()!;
        isOpen.delete(node);
      }
      found.push(component);
    }
  }
  return found;
}
