import { readFileSync } from 'node:fs';

/** Bytes of a page of memory, as Linux counts them where this runs. */
const PAGE_BYTES = 4096;

/** The resident memory of a process in bytes; 0 where the system does not tell, as it does on Linux. */
export function residentBytesOf(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0; // it is gone
  }
}
