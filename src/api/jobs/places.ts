import type { Planner } from '../planners/planner.ts';
import type { Planners } from '../planners/planners.ts';
import type { Settings } from '../settings/schema.ts';
import type { Job } from './job.ts';
import { mustBegin, shouldBegin } from './patience.ts';

/** A job at work. */
export interface AtWork {
  readonly job: Job;
  readonly planner: Planner;
  readonly call: number;
  readonly begun: number; // time of now()
  /** Whether it goes back to wait: it turned out to be long, and there are enough of these. */
  back: boolean;
  /** Time of now() of the last look that was put aside, and whether something happened since. */
  looked: number;
  news: boolean;
}

/** Jobs that a planner takes, once waiting jobs are due; beyond it only those of clients that have no other at work. */
const MOST_IN_HAND = 4;

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

  /** Whether a client has more at work than there are places, as it can with jobs that were promised an answer. */
  tooMany(client: string): boolean {
    return this.atWorkFor(client) > MOST_IN_HAND * this.#options.planners;
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
    return !clients.has(client) && clients.size < MOST_IN_HAND * this.#options.planners;
  }

  /** The planner on which a job disturbs least: a long one where long ones are, once these have their share. */
  besideOthers(job: Job): Planner | null {
    if (this.may(job)) return this.#planners.leastBusy();
    const withLong = new Set(
      [...this.#atWork.values()].filter((one) => this.#isLong(one.job)).map(({ planner }) => planner),
    );
    return this.#planners.leastBusy((planner) => withLong.has(planner));
  }

  /** The same, if it has room. */
  roomFor(job: Job): Planner | null {
    const planner = this.besideOthers(job);
    return planner && (planner.inHand < MOST_IN_HAND || this.isFirst(job)) ? planner : null;
  }

  /**
   * Time of now() at which a waiting job begins beside others: when it should, or when it has to where there is no room.
   * Where all planners are shared already, who has none of them need not wait.
   */
  beginsAt(job: Job): number {
    const planner = this.roomFor(job);
    if (planner) return planner.inHand > 1 && this.isFirst(job) ? job.started : shouldBegin(job);
    return this.besideOthers(job) ? mustBegin(job) : Number.POSITIVE_INFINITY; // the next that is ready takes one
  }

  /** Whether a job is long; one that asks for more than there is will be refused as soon as it is read. */
  #isLong({ deadlineMs, posed }: Job): boolean {
    const { longMs, maxDeadlineMs } = this.#options;
    return deadlineMs > longMs && (posed !== null || deadlineMs <= maxDeadlineMs);
  }
}
