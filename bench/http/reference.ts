// The servers that the service is measured beside, on the same HTTP library as it, in a process of their own.
//   constant   reads the body and answers the text that it was given for this size: what HTTP itself costs
//   rules      reads, parses and validates the body as the service does, runs every rule of the catalogue, verifies the
//              best plan and writes it: what an answer of the best heuristic costs. One thread, no bound, no prices.

import { serve } from '@hono/node-server';
import { HEURISTICS } from '../../dist/heuristics/heuristics.js';
import { compareScores, scoreOf } from '../../dist/model/assignment.js';
import { buildInstance } from '../../dist/model/instance.js';
import { parseJson, readyWindow } from '../../dist/model/parse.js';
import { assignmentLines, summaryOf, verifyPlan } from '../../dist/solver/answer-lines.js';

const [kind] = process.argv.slice(2);
process.once('message', (answers: Record<string, string>) => {
  const answer = kind === 'rules' ? placeByRules : (_: string, size: string) => answers[size]!;
  const server = serve(
    {
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request) => {
        const body = Buffer.from(await request.arrayBuffer()).toString('utf8');
        const size = new URL(request.url).pathname.slice(1);
        return new Response(answer(body, size), { headers: { 'content-type': 'application/json' } });
      },
    },
    ({ port }) => process.send!(`http://127.0.0.1:${port}`),
  );
  process.once('SIGTERM', () => {
    server.close();
    process.exit();
  });
});
process.once('disconnect', () => process.exit());

function placeByRules(text: string): string {
  const parsed = parseJson(text);
  const ready = parsed.ok ? readyWindow(parsed.value) : null;
  if (!ready?.ok) throw new Error('a body of the benchmark was refused');
  const instance = buildInstance(ready.value);
  const [best] = [...HEURISTICS.values()]
    .map((rule) => ({ rule: rule.name, assignment: rule.place(instance)!.assignment }))
    .map((placed) => ({ ...placed, score: scoreOf(instance, placed.assignment) }))
    .sort((a, b) => compareScores(a.score, b.score));
  const { rule, assignment, score } = best!;
  const assignments = assignmentLines(instance, assignment);
  const verdict = verifyPlan(instance.window, assignments);
  if (!verdict) throw new Error(`a plan of ${rule} failed verification`);
  return JSON.stringify({
    method: `heuristic:${rule}`,
    objective: score.cost,
    summary: summaryOf(instance, assignment, verdict.moves),
    assignments,
  });
}
