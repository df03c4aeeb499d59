import type { Planner } from '../planners/planner.ts';
import type { Planners } from '../planners/planners.ts';
import type { Settings } from '../settings/schema.ts';
import type { Job } from './job.ts';
import { mustBegin, shouldBegin } from './patience.ts';
import type { AtWork } from './workbench.ts';

/**
 * Places of a planner, once waiting jobs are due. A large job takes all of them: whoever is beside it would wait for steps
 * of it that take longer than short deadlines leave. Beyond them only jobs of clients that have no other at work.
 */
const PLACES = 2;
/** Clients at work for each planner from which on none goes beyond its places. */
const CROWD = 4;
/** Bytes of a body, and pairs of a window, from which on a job is large. */
const LARGE_BYTES = 256 * 1024;
const LARGE_PAIRS = 50_000;

/** Who may have a place at which planner, alone or beside others, given who is at work. */
export class Places {
  readonly #options: Pick<Settings, 'planners' | 'longMs' | 'longShare' | 'maxDeadlineMs'>;
  readonly #planners: Planners;
  readonly #atWork: ReadonlyMap<Job, AtWork>;

  constructor(
    options: Pick<Settings, 'planners' | 'longMs' | 'longShare' | 'maxDeadlineMs'>,
    planners: Planners,
    atWork: ReadonlyMap<Job, AtWork>,
  ) {
    this.#options = options;
    this.#planners = planners;
    this.#atWork = atWork;
  }

  /** Jobs of a client that are at work. */
  atWorkFor(client: string): number {
    let many = 0;
    for (const job of this.#atWork.keys()) if (job.client === client) many++;
    return many;
  }

  /** Whether a job may have a planner of its own: long ones leave some to others. */
  may(job: Job): boolean {
    if (!this.#isLong(job)) return true;
    const { longShare, planners } = this.#options;
    const long = [...this.#atWork.keys()].filter((one) => one !== job && this.#isLong(one)).length;
    return long < Math.max(1, Math.floor(longShare * planners));
  }

  /** Whether a job is all that its client has at work, and clients are not too many for that to count. */
  isFirst({ client }: Job): boolean {
    const clients = new Set([...this.#atWork.keys()].map((job) => job.client));
    return !clients.has(client) && clients.size < CROWD * this.#options.planners;
  }

  /** The planner on which a job disturbs least: a long one where long ones are, once these have their share; null when none is ready. */
  besideOthers(job: Job): Planner | null {
    return this.#leastTaken(job)?.planner ?? null;
  }

  /** The same, if it has room. */
  roomFor(job: Job): Planner | null {
    const found = this.#leastTaken(job);
    return found && (found.taken + placesOf(job) <= PLACES || this.isFirst(job)) ? found.planner : null;
  }

  /**
   * Time of now() at which something is done about a waiting job: with room for it it begins beside others, when it should;
   * without, it is refused, when it could no more be in time. One that was promised an answer then waits on, and so do all
   * while no planner is ready. Where all planners are shared already, who has none of them need not wait.
   */
  dueAt(job: Job): number {
    const found = this.#leastTaken(job);
    if (!found) return Number.POSITIVE_INFINITY;
    const isFirst = this.isFirst(job);
    if (found.taken > 1 && isFirst) return job.started;
    if (isFirst || found.taken + placesOf(job) <= PLACES) return shouldBegin(job);
    return job.promised ? Number.POSITIVE_INFINITY : mustBegin(job);
  }

  /** The ready planner with the fewest places taken of those where a job may be. */
  #leastTaken(job: Job): { readonly planner: Planner; readonly taken: number } | null {
    const taken = new Map(this.#planners.ready.map((planner) => [planner, 0]));
    const withLong = new Set<Planner>();
    for (const { job: other, planner } of this.#atWork.values()) {
      taken.set(planner, (taken.get(planner) ?? 0) + placesOf(other));
      if (this.#isLong(other)) withLong.add(planner);
    }
    const anywhere = this.may(job);
    return this.#planners.ready
      .filter((planner) => anywhere || withLong.has(planner))
      .map((planner) => ({ planner, taken: taken.get(planner)! }))
      .reduce<{ planner: Planner; taken: number } | null>(
        (best, one) => (best && best.taken <= one.taken ? best : one),
        null,
      );
  }

  /** Whether a job is long; one that asks for more than there is will be refused as soon as it is read. */
  #isLong({ deadlineMs, posed }: Job): boolean {
    const { longMs, maxDeadlineMs } = this.#options;
    return deadlineMs > longMs && (posed !== null || deadlineMs <= maxDeadlineMs);
  }
}

const placesOf = ({ bytes, posed }: Job): number =>
  bytes > LARGE_BYTES || (posed && posed.tasks * posed.nodes > LARGE_PAIRS) ? PLACES : 1;
