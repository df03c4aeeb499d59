import { Gauge, type Registry } from 'prom-client';
import type { EventLoopDelay } from './event-loop.ts';

export const PLANNER_STATES = ['starting', 'idle', 'busy'] as const;
export type PlannerState = (typeof PLANNER_STATES)[number];

/** What is read from the service each time the metrics are asked for. */
export interface ServiceReadings {
  queueLength(): number; // jobs waiting
  queueBytes(): number; // their bodies
  jobsRunning(): number;
  eventStreams(): number; // open streams of progress
  jobsKept(): number; // ended, answer still to be had
  keptBytes(): number; // those answers
  planners(): readonly { readonly residentBytes: number; readonly state: PlannerState }[]; // 0 where the system does not tell
}

/** Registers the gauges that are read when asked for. */
export function registerReadings(registry: Registry, readings: ServiceReadings, eventLoop: EventLoopDelay): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `placewright_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('queue_length', 'Jobs waiting for a planner.', () => readings.queueLength());
  gauge('queue_bytes', 'Bytes of the bodies of waiting jobs.', () => readings.queueBytes());
  gauge('jobs_running', 'Jobs that planners work on.', () => readings.jobsRunning());
  gauge('event_streams', 'Open streams of progress.', () => readings.eventStreams());
  gauge('jobs_kept', 'Jobs that have ended and whose answers are kept.', () => readings.jobsKept());
  gauge('jobs_kept_bytes', 'Bytes of kept answers.', () => readings.keptBytes());

  new Gauge({
    name: 'placewright_planners',
    help: 'Planner processes, by state.',
    labelNames: ['state'],
    registers,
    collect() {
      const planners = readings.planners();
      for (const state of PLANNER_STATES)
        this.set(
          { state },
          planners.reduce((many, planner) => (planner.state === state ? many + 1 : many), 0),
        );
    },
  });
  new Gauge({
    name: 'placewright_resident_memory_bytes',
    help: 'Resident memory of the main process and of all planners together (Linux).',
    labelNames: ['process'],
    registers,
    collect() {
      this.set({ process: 'main' }, process.memoryUsage.rss());
      const resident = readings.planners().reduce((sum, { residentBytes }) => sum + residentBytes, 0);
      if (resident > 0) this.set({ process: 'planners' }, resident);
    },
  });
  new Gauge({
    name: 'placewright_event_loop_delay_seconds',
    help: 'How late the event loop of the main process came back to its timers since the metrics were last asked for.',
    labelNames: ['quantile'],
    registers,
    collect() {
      const seen = eventLoop.read();
      if (seen === null) return;
      this.set({ quantile: '0.5' }, seen.p50);
      this.set({ quantile: '0.99' }, seen.p99);
      eventLoop.reset();
    },
  });
}
