/**
 * Placewright as a library: what the command line and the HTTP service are made of. In one call:
 *
 *     const answer = await place({ tasks, nodes });
 *
 * In steps, for who solves often:
 *
 *     const parsed = readyWindow(JSON.parse(text));
 *     if (!parsed.ok) throw new Error(parsed.refusal.detail);
 *     const engines = new EnginePool();
 *     const answer = await solve(parsed.value, { engines });
 *     await engines.close();
 */
export type { Heuristic, HeuristicOptions, Placed } from './heuristics/heuristic.ts';
export { HEURISTICS } from './heuristics/heuristics.ts';
export type { Answer, HeuristicResult, Warning } from './model/answer.ts';
export type { Certificate } from './model/certificate.ts';
export { FAULT_CODES, type Fault, type FaultCode } from './model/faults.ts';
export { type FrontierRequest, readyFrontier } from './model/frontier-body.ts';
export { buildInstance, type Instance } from './model/instance.ts';
export { type Knot, type Move, type MovePlan, planMoves } from './model/moves.ts';
export { type Parsed, parseJson, type Refusal, readyWindow } from './model/parse.ts';
export { type QuoteRequest, readyQuote } from './model/quote-body.ts';
export { replay } from './model/replay.ts';
export { type Validated, validateWindow } from './model/validate.ts';
export { type Breach, type PlanLine, type Verdict, verify } from './model/verifier.ts';
export { type Window, type WindowInput, windowSchema } from './model/window.ts';
export { type Assessment, assess } from './solver/assess.ts';
export { type Comparison, compare } from './solver/comparison.ts';
export { EnginePool, type Engines, type PoolOptions } from './solver/engine-pool.ts';
export { ENGINES } from './solver/engines/catalogue.ts';
export { type Frontier, type FrontierPoint, frontier } from './solver/frontier.ts';
export { place, WindowRefused } from './solver/place.ts';
export { type Quote, type QuotedNode, quote } from './solver/quote.ts';
export { type SolveOptions, solve } from './solver/solve.ts';
export type { Progress } from './solver/state.ts';
export { VERSION } from './version.ts';
