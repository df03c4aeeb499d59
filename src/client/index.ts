/**
 * A client of the Placewright service, for Node and browsers: nothing but `fetch` and streams is needed.
 *
 *     const placewright = new PlacewrightClient({ url: 'http://127.0.0.1:8080' });
 *     const { status, objective, assignments } = await placewright.place(window);
 */
export { PlacewrightClient } from './client.ts';
export { type ClientCode, PlacewrightError } from './error.ts';
export type { Job } from './job.ts';
export type {
  Answer,
  Assessment,
  ClientOptions,
  Clock,
  Comparison,
  EngineInfo,
  FollowOptions,
  Frontier,
  HeuristicInfo,
  JobSnapshot,
  JobState,
  PlaceOptions,
  Plan,
  PlanLine,
  Problem,
  Progress,
  Quote,
  RequestOptions,
  SubmitOptions,
  TaskInput,
  WindowInput,
  WorkOptions,
} from './types.ts';
