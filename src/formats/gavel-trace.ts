import { FormatError, type Place } from './format-error.ts';
import { amountOf, countOf } from './number.ts';
import { records } from './records.ts';

/** One job of a Gavel trace. */
export interface GavelJob {
  readonly id: string;
  /** `MODEL (batch size B)`. */
  readonly type: string;
  readonly steps: number;
  /** GPUs it runs on at once. */
  readonly gpus: number;
  readonly weight: number;
  /** Seconds since the beginning of the trace. */
  readonly arrival: number;
  readonly place: Place;
}

const FILE = 'trace';

interface Layout {
  readonly steps: number;
  readonly gpus: number;
  readonly weight?: number;
  readonly arrival: number;
}

/** Columns of the two layouts, by the number of columns in a line. */
const LAYOUTS: Readonly<Record<number, Layout>> = {
  10: { steps: 5, gpus: 6, weight: 7, arrival: 9 }, // type, command, directory, steps argument, needs data, steps, GPUs, weight, SLO, arrival
  7: { steps: 4, gpus: 6, arrival: 5 }, // type, command, steps argument, needs data, steps, arrival, GPUs
};

/** The jobs of a tab-separated trace, named `job1`, `job2`, … by their order. */
export function jobsOf(text: string): GavelJob[] {
  const jobs: GavelJob[] = [];
  for (const { line, fields } of records(text, '\t', FILE)) {
    const place = { file: FILE, line };
    const layout = LAYOUTS[fields.length];
    if (!layout) {
      throw new FormatError(
        '10 or 7 columns separated by tabs',
        String(fields.length),
        'the files are given in another order, or an editor made spaces of the tabs',
        place,
      );
    }
    const steps = amountOf(fields[layout.steps]!, 'total_steps', place);
    if (steps === 0) throw new FormatError('total_steps above 0', '0', 'the job is done already', place);
    jobs.push({
      id: `job${jobs.length + 1}`,
      type: fields[0]!,
      steps,
      gpus: countOf(fields[layout.gpus]!, 'scale_factor', place),
      weight: layout.weight === undefined ? 1 : amountOf(fields[layout.weight]!, 'priority_weight', place),
      arrival: amountOf(fields[layout.arrival]!, 'arrival_time', place),
      place,
    });
  }
  if (jobs.length > 0) return jobs;
  throw new FormatError('at least one job', 'an empty file', 'the download failed', { file: FILE, line: 1 });
}
