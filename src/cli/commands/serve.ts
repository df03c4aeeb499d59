import { once } from 'node:events';
import { type Command, InvalidArgumentError } from 'commander';
import type { Settings } from '../../api/settings/schema.ts';
import { BadInput } from '../bad-input.ts';
import { SERVE_EXITS } from '../exit-codes.ts';
import { NotStarted } from '../not-started.ts';
import { teach } from '../teach.ts';

export function addServe(root: Command): void {
  const command = root
    .command('serve')
    .summary('answer windows over HTTP')
    .description(
      'Starts the HTTP service, whose pages at /docs say what it answers, and runs until it is interrupted (SIGINT or SIGTERM). Its settings come from a file, from variables PLACEWRIGHT_… and from flags, which win; docs/configuration.md lists them, and they are printed as it starts. Beyond this machine it asks for keys, which `placewright keys new` makes.',
    )
    .option('--config <file>', 'settings as JSON (default: placewright.config.json, where there is one)')
    .option('--host <address>', 'address to listen on; 0.0.0.0 is every one of this machine (default: 127.0.0.1)')
    .option('--port <n>', 'port to listen on, 0 to 65535; 0 is any free one (default: 8080)', portOf)
    .action(run);
  teach(
    command,
    [
      ['serve', 'Listen on http://127.0.0.1:8080.'],
      ['serve --config service.json --port 9000', 'With settings from a file, on another port.'],
    ],
    SERVE_EXITS,
  );
}

async function run({ config, ...flags }: { config?: string; host?: string; port?: number }): Promise<void> {
  const [{ readSettings }, { describeSettings }, { startServer }] = await Promise.all([
    import('../settings.ts'),
    import('../../api/settings/describe.ts'),
    import('../../api/server.ts'),
  ]);
  const { settings, origins, file } = await readSettings(config, flags);
  const from = file === null ? '' : `, file ${file}`;
  process.stderr.write(`placewright: settings${from}\n${describeSettings(settings, origins)}`);
  // from before it listens: signals may come while planners start
  const stop = new AbortController();
  const { signal } = stop;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const starting = startServer(settings, signal);
  const reopen = () =>
    starting.then(
      (server) => server.reopenLog(),
      () => {},
    );
  if (settings.logFile !== null) process.on('SIGHUP', reopen); // else it ends with its terminal
  const server = await starting.catch((error: NodeJS.ErrnoException) => {
    if (signal.aborted && error === signal.reason) return null;
    throw refusalOf(error, settings) ?? error;
  });
  if (!server) return;
  process.stderr.write(`placewright: listening on ${server.url}\nplacewright: documentation at ${server.url}/docs\n`);
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
}

type Bound = Pick<Settings, 'host' | 'port' | 'logFile'>;

function refusalOf({ code, path, message }: NodeJS.ErrnoException, { host, port, logFile }: Bound): Error | null {
  if (path !== undefined && path === logFile)
    return new BadInput(
      'unwritable_file',
      `Expected a logFile that can be written, found ${code} at ${logFile}. Maybe its folder is not there, or is another user's.`,
    );
  if (code === 'NO_PLANNER') return new NotStarted(message);
  if (code === 'EADDRINUSE')
    return new BadInput(
      'address_in_use',
      `Expected a free port, found ${host}:${port} in use. Maybe another one is running; --port 0 takes any free port.`,
    );
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new BadInput(
      'usage',
      `Expected an address of this machine for --host, found ${host}. Maybe 127.0.0.1 or 0.0.0.0.`,
    );
  if (code === 'EACCES')
    return new BadInput('usage', `Expected a port that may be opened, found ${port}. Maybe one from 1024 upwards.`);
  return null;
}

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError('Expected a whole number from 0 to 65535. Maybe 8080.');
  return Number(text);
}
