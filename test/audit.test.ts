import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'placewright-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The exit code of .ci/audit where `npm audit` ends like this. */
function audit(code: number, report: object | null): Promise<number> {
  writeFileSync(join(folder, 'report.json'), report === null ? '' : JSON.stringify(report, null, 2));
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\ncat "${join(folder, 'report.json')}"\nexit ${code}\n`, {
    mode: 0o755,
  });
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  return new Promise((resolve) => execFile('.ci/audit', { env }, (error) => resolve(error ? Number(error.code) : 0)));
}

it('dependencies are audited: findings fail, a registry that can not be asked does not', async () => {
  expect(await audit(0, { auditReportVersion: 2, vulnerabilities: {} })).toBe(0);
  expect(await audit(1, { auditReportVersion: 2, vulnerabilities: { x: { severity: 'high' } } })).toBe(1);
  expect(await audit(1, { message: '405 Method Not Allowed', statusCode: 405 })).toBe(0);
  expect(await audit(1, { message: 'getaddrinfo ENOTFOUND', code: 'ENOTFOUND' })).toBe(0);
  expect(await audit(1, null)).toBe(0);
  expect(readFileSync('.ci/run', 'utf8')).toMatch(/^\.ci\/audit$/m);
});
