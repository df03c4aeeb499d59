/** Adds an item to the list of its key; of no key, to none. */
export function addTo<K, T>(lists: Map<K, T[]>, key: K | undefined, item: T): void {
  if (key === undefined) return;
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
