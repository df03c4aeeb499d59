/** A number with six digits that count. */
export function figure(value: number | null): string {
  if (value === null) return '–';
  return value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e9)
    ? String(Number(value.toPrecision(6)))
    : value.toPrecision(6);
}

/** Numbers of one column: as many decimals for all as the largest leaves of six digits. */
export function figures(values: readonly (number | null)[]): string[] {
  const largest = Math.max(...values.map((value) => Math.abs(value ?? 0)));
  if (!(largest > 0 && largest < 1e9 && largest >= 1e-3)) return values.map(figure);
  const decimals = Math.max(0, Math.min(6, 5 - Math.floor(Math.log10(largest))));
  return values.map((value) => (value === null ? '–' : value.toFixed(decimals)));
}

/** A share in percent; one too small to show is said to be so, never shown as 0. */
export function percent(share: number | null, decimals = 2): string {
  if (share === null) return '–';
  if (share === 0) return '0 %';
  const least = 10 ** -decimals;
  return Math.abs(100 * share) < least / 2 ? `< ${least} %` : `${(100 * share).toFixed(decimals)} %`;
}

/** Milliseconds, with as many decimals as matter. */
export const milliseconds = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));

/** `3 copies`, `1 copy`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${figure(count)} ${count === 1 ? one : many}`;

/** Amounts by resource as shares: `cpu 64 %, memory 61 %`. */
export const shares = (of: Record<string, number>): string =>
  Object.entries(of)
    .map(([resource, share]) => `${resource} ${Math.round(100 * share)} %`)
    .join(', ');
