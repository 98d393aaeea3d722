import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const checkout = join(import.meta.dirname, '..', '..', '..');
const cage = join(import.meta.dirname, '..', 'systemd', 'cage.sh');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-install-'));
  for (const name of ['top', 'out']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can make the namespaces that this needs';
  if (!existsSync(join(checkout, 'dist/.built'))) return 'dist/ is not built: npm run build';
  const needed = [
    '/lib/systemd/systemd',
    '/usr/sbin/nginx',
    '/usr/bin/redis-server',
    '/usr/bin/pg_ctlcluster',
    '/usr/bin/openssl',
    '/usr/bin/prometheus',
    '/usr/sbin/smartctl',
  ];
  const lacking = needed.filter((path) => !existsSync(path));
  if (lacking.length > 0) return `not on this machine: ${lacking.join(', ')} (scripts/setup/debian-packages.sh box)`;
  const works = spawnSync('unshare', ['--mount', '--pid', '--cgroup', '--net', '--fork', 'true']).status === 0;
  return works ? undefined : 'this machine allows no namespaces';
}

function readAnswers(): Record<string, string> {
  const lines = readFileSync(join(folder, 'out/answers'), 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.split('\t')[0], line.split('\t').slice(1).join('\t').trim()]));
}

it('the appliance installs, works by way of nginx, comes back from kills, hangs and a database that is away, stops, installs again and goes', (ctx) => {
  const reason = whyNot();
  if (reason) ctx.skip(reason);
  execFileSync(cage, [folder, checkout, join(import.meta.dirname, 'life.sh')], {
    env: { ...process.env, CAGE_SECONDS: '900' },
  });
  const log = existsSync(join(folder, 'out/log')) ? readFileSync(join(folder, 'out/log'), 'utf8') : 'systemd did not start';
  expect(existsSync(join(folder, 'out/answers')), log).toBe(true);
  const answers = readAnswers();
  expect(answers, log).toMatchObject({
    installed: '0',
    failed: '0',
    slices: 'holdfast-api.slice holdfast-monitoring.slice',
    notify: 'main Ready',
    network: '1',
    stranger: '1',
    'agent-gate': 'root:holdfast-api 660 holdfast redis holdfast-keys',
    monitoring: 'enabled enabled disabled active active',
    'prometheus-stranger': '401',
    'nginx-figures': '7',
    smart: 'success',
    figures: '256MB 96MB success',
    'figures-broken': '96MB exit-code active',
    'figures-again': expect.stringMatching(/^256MB success \d+$/),
    history: '200 active reading waiting writing',
    'metrics-outside': '404',
    'foreign-name': '400',
    plain: '308 https://holdfast.test/',
    patient: 'same Ready',
    stopped: 'inactive inactive active',
    'stopped-code': '3',
    'installed-again': '0 same certificate',
    logs: '1',
    removed: '0 0 2',
  });
  expect(answers.privileges?.trim()).toBe('0000000000000000 0000000000000000 1 2');
  expect(answers.away).toMatch(/^same Ready, but the database says: /);
  expect(answers.measured).toMatch(/^\d+ [34]$/);
  for (const name of ['killed', 'hung', 'silent-database', 'again', 'back']) expect(answers[name], name).toMatch(/^\d/);
  const used = JSON.parse(answers.used ?? '{}');
  expect(used, log).toMatchObject({ setUp: 201, sent: 204, found: { hits: 1, renditions: 'image/webp' } });
  expect(used.session).toBe('__Host-hf=…; Path=/; HttpOnly; SameSite=Lax; Secure');
  expect(answers['service-logs']).toMatch(/^\d{4}-.*\w/);
  expect(JSON.parse(answers['found-again'] ?? '{}'), log).toMatchObject({
    session: 200,
    found: { hits: 1, renditions: 'image/webp' },
    log: { status: 200, hasListened: true, reason: null },
  });
}, 960_000);
