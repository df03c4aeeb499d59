import type { Repair } from '../../model/answer.ts';
import type { Window } from '../../model/window.ts';

/** One operation of a JSON patch (RFC 6902). */
export type Operation = Repair['patch'][number];

/** A JSON pointer (RFC 6901) from its steps. */
const pathOf = (steps: readonly (string | number)[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Sets a member of an object. */
export const set = (value: unknown, ...steps: readonly (string | number)[]): Operation => ({
  op: 'add',
  path: pathOf(steps),
  value,
});

/** Takes away a member of an object, or an element of a list. */
export const remove = (...steps: readonly (string | number)[]): Operation => ({ op: 'remove', path: pathOf(steps) });

/** The window after a patch made of {@link set} and {@link remove}; what the patch does not touch is shared. */
export function patched(window: Window, patch: readonly Operation[]): Window {
  let changed: unknown = window;
  for (const operation of patch) {
    const steps = operation.path.split('/').slice(1);
    changed = changedAt(
      changed,
      steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
      operation,
    );
  }
  return changed as Window;
}

function changedAt(value: unknown, [step, ...rest]: readonly string[], operation: Operation): unknown {
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown> & unknown[];
  if (rest.length > 0) copy[step!] = changedAt(copy[step!], rest, operation);
  else if (operation.op === 'add') copy[step!] = operation.value;
  else if (Array.isArray(value)) copy.splice(Number(step), 1);
  else delete copy[step!];
  return copy;
}
