import type { Hono } from 'hono';
import { HEURISTICS } from '../../heuristics/heuristics.ts';
import { ENGINES } from '../../solver/engines/catalogue.ts';
import { exampleNames, exampleText } from '../examples.ts';
import { refuse } from '../guard/refuse.ts';
import { problem } from '../problem.ts';
import type { Env } from './env.ts';

/** What there is: heuristics, engines, example windows. */
export function addCatalogues(app: Hono<Env>): void {
  app.get('/v1/heuristics', (context) =>
    context.json([...HEURISTICS.values()].map(({ name, summary, source }) => ({ name, summary, source }))),
  );
  app.get('/v1/engines', (context) => context.json(ENGINES));
  app.get('/v1/examples', (context) => context.json(exampleNames()));
  app.get('/v1/examples/:name', (context) => {
    const name = context.req.param('name');
    const text = exampleText(name);
    if (text !== null) return context.body(text, 200, { 'content-type': 'application/json' });
    return refuse(
      problem(
        'not_found',
        `Expected one of ${exampleNames().join(', ')}, found "${name.slice(0, 80)}". Maybe ask for /v1/examples/small.`,
      ),
    );
  });
}
