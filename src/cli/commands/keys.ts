import type { Command } from 'commander';
import { PLAIN_EXITS } from '../exit-codes.ts';
import { teach } from '../teach.ts';

export function addKeys(root: Command): void {
  const keys = root
    .command('keys')
    .summary('make keys for the service')
    .description('Keys for clients of the service.');
  const made = keys
    .command('new')
    .summary('make a key')
    .description(
      'Makes a key of 256 random bits for a client of this name and prints it, this once, with the entry for `keys` in placewright.config.json, which holds only its hash. A second key of one name takes turns with the first, until the first is removed.',
    )
    .argument('<name>', 'the client: 1 to 64 letters, digits, . _ @ or -')
    .option('--json', 'print { key, entry } as JSON')
    .action(run);
  teach(
    made,
    [
      ['keys new ci', 'A key for the client ci.'],
      ['keys new ci --json', 'The same, for a script.'],
    ],
    PLAIN_EXITS,
  );
}

async function run(name: string, { json }: { json?: boolean }): Promise<void> {
  const [{ newKey }, { keySchema }, { BadInput }, { writeText }] = await Promise.all([
    import('../../api/guard/keys.ts'),
    import('../../api/settings/schema.ts'),
    import('../bad-input.ts'),
    import('../files.ts'),
  ]);
  const named = keySchema.shape.name.safeParse(name);
  if (!named.success) {
    const expected = named.error.issues[0]?.message;
    throw new BadInput('usage', `Expected ${expected}, found ${JSON.stringify(name.slice(0, 80))}. Maybe ci.`);
  }
  const { key, hash } = newKey();
  const entry = { name, hash };
  const words = [
    `key of ${name}, shown only now; send it as authorization: Bearer KEY`,
    `  ${key}`,
    'for placewright.config.json; a further entry goes into the same list',
    `  "keys": [${JSON.stringify(entry)}]`,
    'or for the environment, entries joined by commas',
    `  PLACEWRIGHT_KEYS=${name}:${hash}`,
    '',
  ].join('\n');
  await writeText(json ? `${JSON.stringify({ key, entry })}\n` : words, undefined);
}
