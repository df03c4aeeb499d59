import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop came back to its timers. */
export interface EventLoopDelay {
  /** Seconds at p50 and p99 since `reset` was last called or the watch began; null when nothing was seen since. */
  read(): { p50: number; p99: number } | null;
  /** Forgets what was seen. */
  reset(): void;
  stop(): void;
}

/** Milliseconds between two looks, which Node counts into what it sees. */
const RESOLUTION_MS = 10;

export function watchEventLoop(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const late = (percentile: number): number =>
    Math.max(0, histogram.percentile(percentile) / 1e6 - RESOLUTION_MS) / 1000;
  return {
    read: () => (histogram.count === 0 ? null : { p50: late(50), p99: late(99) }),
    reset: () => histogram.reset(),
    stop: () => {
      histogram.disable();
    },
  };
}
