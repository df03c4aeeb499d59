/** What a caller prefers (RFC 7240): to be answered at once, and how long it waits at most. What is not understood is passed over. */
export interface Preferences {
  readonly respondAsync: boolean;
  readonly waitMs: number | null;
}

/** Reads a Prefer header, several of which come as one. */
export function preferencesOf(header: string | undefined): Preferences {
  const preferences = new Map(
    (header ?? '')
      .toLowerCase()
      .split(/[,;]/)
      .map((part) => {
        const [name = '', value = ''] = part.split('=', 2);
        return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')] as const;
      })
      .reverse(), // the first of a name counts
  );
  const wait = preferences.get('wait');
  return {
    respondAsync: preferences.has('respond-async'),
    waitMs: wait !== undefined && /^\d{1,9}$/.test(wait) ? 1000 * Number(wait) : null,
  };
}

/** Urgency of a request that does not tell. */
const DEFAULT_URGENCY = 3;

/** The urgency of a Priority header (RFC 9218), 0 to 7, the lower the sooner; no sooner than `best`. */
export function urgencyOf(header: string | undefined, best = 0): number {
  const asked = /(?:^|,)\s*u\s*=\s*([0-7])\s*(?:$|[,;])/.exec(header ?? '')?.[1];
  return Math.max(best, asked === undefined ? DEFAULT_URGENCY : Number(asked));
}
