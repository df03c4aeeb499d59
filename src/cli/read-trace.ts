import type { FormatOption, ReadOptions } from '../formats/format.ts';
import { FormatError } from '../formats/format-error.ts';
import { convert } from '../formats/formats.ts';
import { ARRIVALS_LEFT_OUT, gavel } from '../formats/gavel.ts';
import { parseOption } from '../formats/options.ts';
import type { Parsed } from '../model/parse.ts';
import { readyWindow } from '../model/parse.ts';
import { makeTrace } from '../simulation/generate.ts';
import { readyTrace } from '../simulation/read-trace.ts';
import { type Trace, traceOf } from '../simulation/trace.ts';
import { BadInput } from './bad-input.ts';
import { parseDocument } from './document.ts';
import { nameOf, readText } from './files.ts';
import { numberOf, type TraceFlags } from './simulation-flags.ts';

/** The trace that an argument and its flags name: made by a seed, read from a Gavel trace, or from JSON. */
export async function readTrace(file: string, flags: TraceFlags, seed: number): Promise<Trace> {
  const made = file === 'poisson' || file === 'bursty';
  const kind = made ? 'made' : flags.throughputs === undefined ? 'json' : 'gavel';
  refuseOthers(kind, flags);
  const compressed = numberOf('compress', flags.compress, { least: 1e-9 }, 1);
  if (made) {
    const { window, at } = makeTrace(file, {
      jobs: numberOf('jobs', flags.jobs, { least: 1, most: 1e6, whole: true }, 200),
      load: numberOf('load', flags.load, { least: 1e-6, most: 1e6 }, 0.8),
      seed,
    });
    return traceOf(sound(readyWindow(window), file), at, [], compressed);
  }
  if (kind === 'gavel') {
    const { window, arrivals = [], notes } = await readGavel(file, flags);
    return traceOf(
      sound(readyWindow(window), file),
      arrivals,
      notes.filter((note) => note !== ARRIVALS_LEFT_OUT),
      compressed,
    );
  }
  const { window, arrivals } = sound(readyTrace(parseDocument(await readText(file), file)), file);
  return traceOf(window, arrivals, [], compressed);
}

const OF_KIND = { made: ['jobs', 'load'], gavel: ['throughputs', 'take', 'gpus', 'gpusPerNode'], json: [] } as const;

/** Refuses flags that belong to another kind of trace: nothing is ignored. */
function refuseOthers(kind: keyof typeof OF_KIND, flags: TraceFlags): void {
  const others = Object.entries(OF_KIND).filter(([each]) => each !== kind);
  for (const [other, names] of others)
    for (const name of names)
      if (flags[name] !== undefined)
        throw new BadInput(
          'usage',
          `Expected flags that this trace knows, found --${name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}. Maybe ${other === 'made' ? 'poisson or bursty is meant' : 'it is a Gavel trace, whose --throughputs are missing'}.`,
        );
}

async function readGavel(file: string, { throughputs = '', ...flags }: TraceFlags) {
  const options: Record<string, unknown> = {};
  const texts = [await readText(throughputs), await readText(file)];
  try {
    for (const name of ['take', 'gpus', 'gpusPerNode'] as const) {
      const text = flags[name];
      if (text !== undefined)
        options[name] = parseOption(
          gavel.options.find((option): option is FormatOption => option.name === name)!,
          text,
        );
    }
    return convert(gavel, texts, options as ReadOptions);
  } catch (error) {
    if (error instanceof FormatError) throw new BadInput('unreadable_format', error.message, `${throughputs}, ${file}`);
    throw error;
  }
}

function sound<T>(parsed: Parsed<T>, file: string): T {
  if (parsed.ok) return parsed.value;
  throw new BadInput(parsed.refusal.code, parsed.refusal.detail, nameOf(file), parsed.refusal.faults);
}
