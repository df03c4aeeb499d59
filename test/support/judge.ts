import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Answer } from '../../dist/model/answer.js';
import type { WindowInput } from '../../dist/model/window.js';

/** An independent judge of answers, kept beside the repository; null where it is not there. */
export type Judge = (window: WindowInput, answer: Answer) => { faults: string[] };

const place = new URL('../../../shared/', import.meta.url);

/** A file or folder of the shared material beside the repository, or null where it is not there. */
export function shared(path: string): URL | null {
  const url = new URL(path, place);
  return existsSync(url) ? url : null;
}

/** Loads the judge, or says that what needs it is skipped. */
export async function loadJudge(): Promise<Judge | null> {
  const file = shared('tools/check-answer.mjs');
  if (!file) {
    console.info('skipped: the independent judge (../shared/tools/check-answer.mjs) is not there');
    return null;
  }
  const { check } = (await import(/* @vite-ignore */ pathToFileURL(file.pathname).href)) as { check: Judge };
  return check;
}
