import type { Conversion, Format } from './format.ts';
import { amountIn, idIn, objectOf, objectsIn } from './json.ts';

const FILE = 'problem.json';

/**
 * Cloud balancing of OptaPlanner and Timefold: processes on computers, none over its cpu, memory or network, at the
 * least cost of the computers used. Running costs nothing (weight 0), so the objective is that cost.
 */
export const cloudBalancing: Format = {
  name: 'cloud-balancing',
  summary: 'OptaPlanner and Timefold cloud balancing: processes on computers, each with a cost when used',
  files: [{ name: FILE, description: 'JSON with computerList and processList' }],
  options: [],
  read: ([text = '']) => readCloudBalancing(text),
};

function readCloudBalancing(text: string): Conversion {
  const problem = objectOf(text, FILE);
  const computers = objectsIn(problem, 'computerList', FILE);
  const processes = objectsIn(problem, 'processList', FILE);
  const assigned = processes.filter((process) => process.computer !== null && process.computer !== undefined).length;
  const window: Conversion['window'] = {
    unplaced: 'forbid',
    nodes: computers.map((computer, j) => {
      const amount = (field: string) => amountIn(computer, field, `computerList[${j}]`, FILE);
      return {
        id: `computer${idIn(computer, 'id', `computerList[${j}]`, FILE)}`,
        capacity: { cpu: amount('cpuPower'), memory: amount('memory'), network: amount('networkBandwidth') },
        openCost: amount('cost'),
      };
    }),
    tasks: processes.map((process, i) => {
      const amount = (field: string) => amountIn(process, field, `processList[${i}]`, FILE);
      return {
        id: `process${idIn(process, 'id', `processList[${i}]`, FILE)}`,
        demand: {
          cpu: amount('requiredCpuPower'),
          memory: amount('requiredMemory'),
          network: amount('requiredNetworkBandwidth'),
        },
        weight: 0,
      };
    }),
  };
  const notes = ['The cost of a computer becomes `openCost`; running a process costs nothing by itself.'];
  if (assigned > 0)
    notes.push(`${assigned} processes have a computer in the file: it is left out, all are placed anew.`);
  return { window, notes };
}
