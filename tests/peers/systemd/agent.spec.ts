import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { whyNoCage } from './cage.ts';

const checkout = join(import.meta.dirname, '..', '..', '..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-agent-systemd-'));
  for (const name of ['top', 'out']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('the agent under a real systemd: within its walls, changes only for root and the api, and takes back what the kernel does not give', (ctx) => {
  const reason = whyNoCage(['/lib/systemd/systemd', '/usr/bin/perl', 'systemd-run', 'findmnt', 'pivot_root']);
  if (reason) ctx.skip(reason);
  execFileSync(join(import.meta.dirname, 'cage.sh'), [folder, checkout, join(import.meta.dirname, 'agent.sh')]);
  const log = existsSync(join(folder, 'out/log')) ? readFileSync(join(folder, 'out/log'), 'utf8') : 'systemd did not start';
  expect(existsSync(join(folder, 'out/answers')), log).toBe(true);
  const lines = readFileSync(join(folder, 'out/answers'), 'utf8').trim().split('\n');
  const answers = Object.fromEntries(
    lines.map((line) => line.split('\t')).map(([name, text = '{}']) => [name, JSON.parse(text)]),
  );
  expect(answers.api, log).toMatchObject({ code: 'AGENT_NOTHING_PENDING' });
  expect(answers.other, log).toMatchObject({ code: 'AGENT_PEER_REFUSED', message: expect.stringContaining('other.service') });
  expect(answers.stranger, log).toMatchObject({ code: 'HOST_CONTROL_UNAVAILABLE' });
  expect(answers.root, log).toMatchObject({
    code: 'AGENT_VERIFY_FAILED',
    message: expect.stringContaining('the kernel gives'),
  });
  expect(['AGENT_SERVICE_ABSENT', undefined]).toContain(answers.restart.code);
  expect(answers.logs, log).toMatchObject({ units: ['holdfast-agent.service'], cursor: expect.stringMatching(/^s=/) });
  const written = answers.logs.entries.map(({ text }: { text: string }) => text).join('\n');
  expect(written, log).toContain('The agent changes nothing for account');
  expect(written).not.toContain('not for the api');
  expect(answers.none, log).toMatchObject({ code: 'AGENT_SERVICE_ABSENT' });
  const events = answers.journal.entries.map(({ event }: { event: string }) => event);
  expect(events.slice(0, 5), log).toEqual(['applying', 'rolling-back', 'grown', 'written', 'shrunk']);
  expect(answers.journal.entries[0].facts.peer).toMatchObject({ uid: 0 });
  const steered = answers.journal.entries.find(({ event }: { event: string }) => event === 'steered');
  expect(steered?.facts, log).toMatchObject({ refused: {} });
  expect(readFileSync(join(folder, 'out/writable'), 'utf8').trim()).toBe(
    '/proc/irq/default_smp_affinity /sys/devices/virtual/workqueue/cpumask /etc/systemd/system /var/lib/holdfast-agent',
  );
}, 180_000);
