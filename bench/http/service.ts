import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Asks it to stop; tells how it did: exit code (null: a signal ended it, ours after 30 s) and milliseconds. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>;
}

/** The service itself, as `placewright serve` starts it, all its planners ready. */
export async function startService(settings: readonly string[] = []): Promise<Server> {
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...settings], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-4000); // read on to its end: a full pipe would not be the service's fault
        const found = /http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/.exec(said);
        if (found) resolve(found[0]);
      });
    child.once('exit', (code) => reject(new Error(`the service ended with ${code} before it listened: ${said}`)));
  });
  await allStarted(url);
  return serverOf(child, url);
}

/** Waits until none of the service's planners is still starting: what it can do is measured with all of them. */
async function allStarted(url: string): Promise<void> {
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  while (!/^placewright_planners\{state="starting"\} 0$/m.test(await metrics())) await setTimeout(50);
}

/** A reference server: `rules` works bodies with the heuristics alone, `constant` answers each size with the text it is given. */
export async function startReference(kind: 'rules' | 'constant', answers: Readonly<Record<string, string>> = {}) {
  const child = fork(new URL('./reference.js', import.meta.url), [kind]);
  child.send(answers);
  const [url] = await once(child, 'message');
  return serverOf(child, url as string);
}

function serverOf(child: ChildProcess, url: string): Server {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill); // none outlives the benchmark
  return {
    url,
    pid: child.pid!,
    stop: async () => {
      const asked = performance.now();
      const running = child.exitCode === null && child.signalCode === null;
      const ended = running ? once(child, 'exit') : [child.exitCode];
      child.kill('SIGTERM');
      const timer = globalThis.setTimeout(kill, 30_000);
      const [code] = await ended;
      clearTimeout(timer);
      process.removeListener('exit', kill);
      return { code: code as number | null, ms: performance.now() - asked };
    },
  };
}
