import type * as PlotModule from '@observablehq/plot';
import type { Family } from './evidence.ts';

export type Plot = typeof PlotModule;

/** How wide a chart is drawn: every chart is drawn twice, and the page shows the one that fits. */
export interface Size {
  readonly width: number; // of the whole chart, pixels
  readonly narrow: boolean;
}

export const WIDE: Size = { width: 1040, narrow: false };
export const NARROW: Size = { width: 358, narrow: true };

/** One figure of the report: a title that says what is to be seen, a note on how to read it, the drawing in both widths. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly wide: string; // SVG
  readonly narrow: string;
}

/** Colours by whose the method is; the page gives them values for light and dark. */
export const COLOR: Readonly<Record<Family | 'ink' | 'faint' | 'bound', string>> = {
  ours: 'var(--ours)',
  solver: 'var(--solver)',
  rule: 'var(--rule)',
  ink: 'var(--ink)',
  faint: 'var(--faint)',
  bound: 'var(--bound)',
};

/** Solvers share a colour and differ by their dashes. */
const DASHES = ['none', '5 3', '1.5 3', '8 3 1.5 3', '3 2'];
export const dashOf = (solvers: readonly string[], name: string): string =>
  DASHES[Math.max(0, solvers.indexOf(name)) % DASHES.length]!;

/** Where the name of a line is written: in its colour, at this height. */
export interface End {
  readonly name: string;
  readonly color: string;
  readonly at: number;
}

/** Names at the right ends of lines: at `x`, or at each end's field of that name, and `dx` pixels on. */
export const endLabels = ({ plot }: Pen, ends: readonly End[], { x, dx }: { x: string | number; dx: number }) =>
  plot.text(ends, {
    x,
    dx,
    y: 'at',
    text: 'name',
    fill: 'color',
    textAnchor: 'start',
    fontWeight: 600,
    stroke: 'var(--paper)',
    strokeWidth: 4,
  });

/** Draws with Observable Plot, without a browser. */
export interface Pen {
  readonly plot: Plot;
  /** A chart as SVG text, to be read out as `label`. */
  draw(size: Size, label: string, options: PlotModule.PlotOptions): string;
}

/** The pen, or null where the libraries that draw are not installed: they are optional. */
export async function pen(): Promise<Pen | null> {
  try {
    const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
    const { document } = parseHTML('<!doctype html><html><body></body></html>');
    return {
      plot,
      draw({ width, narrow }, label, options) {
        const svg = plot.plot({
          document: document as never,
          width,
          ariaLabel: label,
          style: {
            fontSize: narrow ? '11.5px' : '13px',
            fontFamily: 'inherit',
            background: 'none',
            overflow: 'visible',
          },
          ...options,
        });
        svg.setAttribute('role', 'img');
        svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
        return svg.outerHTML;
      },
    };
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** A figure, drawn in both widths. */
export const figure = (id: string, title: string, note: string, draw: (size: Size) => string): Figure => ({
  id,
  title,
  note,
  wide: draw(WIDE),
  narrow: draw(NARROW),
});
