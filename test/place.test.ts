import { expect, it } from 'vitest';
import { EnginePool, place, WindowRefused } from '../dist/index.js';
import { twoTasks } from './support/windows.ts';

const patient = { ...twoTasks, deadlineMs: 20_000 };

it('places a raw window in one call', async () => {
  expect(await place(patient)).toMatchObject({ status: 'optimal', objective: 1.5, bound: 1.5 });
});

it('leaves the engines of others running', async () => {
  const engines = new EnginePool();
  for (let round = 0; round < 2; round++)
    expect(await place(patient, { engines })).toMatchObject({ status: 'optimal', objective: 1.5 });
  await engines.close();
});

it('takes a signal and a start, and tells of progress', async () => {
  const stages: string[] = [];
  const start = [
    { task: 'a', node: 'y', copies: 1 },
    { task: 'b', node: 'y', copies: 1 },
  ];
  const answer = await place(patient, {
    signal: AbortSignal.abort(),
    start: { assignments: start },
    onProgress: ({ stage }) => stages.push(stage),
  });
  expect(answer.summary.unplaced).toBe(0);
  expect(stages.length).toBeGreaterThan(0);
});

it('refuses a faulty window with every fault', async () => {
  const refused = place({ tasks: [{ id: 'a', demand: { cpu: -1 } }], nodes: [], gap: 2 });
  await expect(refused).rejects.toBeInstanceOf(WindowRefused);
  await expect(refused).rejects.toMatchObject({
    faults: [{ pointer: '/tasks/0/demand/cpu' }, { pointer: '/gap' }],
  });
});
