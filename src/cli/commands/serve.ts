import { once } from 'node:events';
import { type Command, InvalidArgumentError } from 'commander';
import { BadInput } from '../bad-input.ts';
import { PLAIN_EXITS } from '../exit-codes.ts';
import { teach } from '../teach.ts';

export function addServe(root: Command): void {
  const command = root
    .command('serve')
    .summary('answer windows over HTTP')
    .description(
      'Starts the HTTP service, whose pages at /docs say what it answers, and runs until it is interrupted (SIGINT or SIGTERM). It has no password: give it an address that only those can reach who may use it.',
    )
    .option('--host <address>', 'address to listen on; 0.0.0.0 is every one of this machine', '127.0.0.1')
    .option('--port <n>', 'port to listen on, 0 to 65535; 0 is any free one', portOf, 8080)
    .action(run);
  teach(
    command,
    [
      ['serve', 'Listen on http://127.0.0.1:8080.'],
      ['serve --host 0.0.0.0 --port 9000', 'Listen to the whole network.'],
    ],
    PLAIN_EXITS,
  );
}

async function run(options: { host: string; port: number }): Promise<void> {
  const { startServer } = await import('../../api/server.ts');
  const server = await startServer(options).catch((error: NodeJS.ErrnoException) => {
    throw refusalOf(error, options) ?? error;
  });
  process.stderr.write(`placewright: listening on ${server.url}\nplacewright: documentation at ${server.url}/docs\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
}

function refusalOf({ code }: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): BadInput | null {
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
