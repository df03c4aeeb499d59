import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

// imported into every process of a service: a planner that gets SIGUSR2 enters a loop without end, having said so in the
// file that LOOPS_TELL names
if (isMainThread && process.argv[1]?.endsWith('planner-process.js'))
  process.on('SIGUSR2', () => {
    writeFileSync(process.env.LOOPS_TELL, String(process.pid));
    for (;;);
  });
