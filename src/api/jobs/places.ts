import type { Planner } from '../planners/planner.ts';
import type { Planners } from '../planners/planners.ts';
import type { Settings } from '../settings/schema.ts';
import type { Job } from './job.ts';
import { isCrowdedOut, isLight, isOverdue, mustBegin, shouldBegin } from './patience.ts';
import type { AtWork } from './workbench.ts';

/**
 * Jobs at one planner, once waiting jobs are due: long ones share, of others each has its own unless planners are still to
 * start, since whoever is beside another waits for steps of it that take longer than short deadlines leave.
 */
const MOST_LONG = 4;
/** The same for a light job that was promised an answer, once it could no more be in time: such steps are shorter than its turn is far. */
const MOST_OVERDUE = 2;
/** Clients at work for each planner from which on the first job of another goes beside none. */
const CROWD = 4;

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
    let long = 0;
    for (const [one, { planner }] of this.#atWork) {
      if (one === job) break; // of those at work, the first have it
      if (this.#isLong(one) && !planner.isLeaving) long++; // one that leaves has a successor
    }
    return long < Math.max(1, Math.floor(longShare * planners));
  }

  /** Whether a job is all that its client has at work, and clients are not too many for that to count. */
  isFirst({ client }: Job): boolean {
    const clients = new Set([...this.#atWork.keys()].map((job) => job.client));
    return !clients.has(client) && clients.size < CROWD * this.#options.planners;
  }

  /** The planner on which a job disturbs least: a long one where long ones are, once these have their share; null when none is ready. */
  besideOthers(job: Job): Planner | null {
    const long = this.may(job) ? null : this.#plannersOfLong();
    const bytes = this.#bytesInHand();
    const bytesAt = (planner: Planner) => bytes.get(planner) ?? 0;
    const order = (a: Planner, b: Planner) => a.inHand - b.inHand || bytesAt(a) - bytesAt(b); // smaller bodies have shorter steps
    return this.#planners.ready
      .filter((planner) => long === null || long.has(planner))
      .reduce<Planner | null>((best, one) => (best && order(best, one) <= 0 ? best : one), null);
  }

  /** The same planner, if it has room. */
  roomFor(job: Job): Planner | null {
    const planner = this.besideOthers(job);
    return planner && this.#hasRoom(planner, job) ? planner : null;
  }

  #hasRoom({ inHand }: Planner, job: Job): boolean {
    if (!this.may(job)) return inHand < MOST_LONG || this.isFirst(job);
    const most = !isLight(job) ? 1 : isOverdue(job) ? Math.max(MOST_OVERDUE, this.#light) : this.#light;
    return inHand < most || this.isFirst(job);
  }

  /**
   * Time of now() at which something is done about a waiting job: where there is room it begins, when it should; else it
   * is refused, when it could no more be in time. One that was promised an answer then goes beside another, or waits on, and
   * so do all while no planner is ready. Where all planners are at work, who has none of them need not wait.
   */
  dueAt(job: Job): number {
    const planner = this.besideOthers(job);
    if (!planner) return Number.POSITIVE_INFINITY;
    if (this.#hasRoom(planner, job))
      return this.#allAtWork && this.isFirst(job) ? job.started : shouldBegin(job, this.#others);
    if (!job.promised) return mustBegin(job, this.#others);
    return isLight(job) && planner.inHand < MOST_OVERDUE ? mustBegin(job, 0) : Number.POSITIVE_INFINITY;
  }

  /** Whether a job that is about to begin could be in time alone, but is not likely to be beside those at work. */
  isCrowdedOut(job: Job): boolean {
    return isCrowdedOut(job, this.#others);
  }

  /** Light jobs at one planner: more than its own while it stands in for others that are still to start. */
  get #light(): number {
    const { planners } = this.#options;
    if (this.#atWork.size >= planners) return 1;
    return Math.min(MOST_LONG, Math.ceil(planners / Math.max(1, this.#planners.ready.length)));
  }

  /** Jobs that one which begins has beside it. */
  get #others(): number {
    return Math.min(this.#atWork.size, Math.max(0, this.#options.planners - 1));
  }

  /** Whether all planners are at work, but for spare ones. */
  get #allAtWork(): boolean {
    const { ready } = this.#planners;
    const atWork = ready.filter(({ inHand }) => inHand > 0).length;
    return atWork >= Math.min(this.#options.planners, ready.length);
  }

  /** Bytes of the bodies that planners have in hand; none of those that have nothing. */
  #bytesInHand(): Map<Planner, number> {
    const bytes = new Map<Planner, number>();
    for (const { job, planner } of this.#atWork.values()) bytes.set(planner, (bytes.get(planner) ?? 0) + job.bytes);
    return bytes;
  }

  #plannersOfLong(): Set<Planner> {
    const at = new Set<Planner>();
    for (const { job, planner } of this.#atWork.values()) if (this.#isLong(job)) at.add(planner);
    return at;
  }

  /** Whether a job is long; one that asks for more than there is will be refused as soon as it is read. */
  #isLong({ deadlineMs, posed }: Job): boolean {
    const { longMs, maxDeadlineMs } = this.#options;
    return deadlineMs > longMs && (posed !== null || deadlineMs <= maxDeadlineMs);
  }
}
