import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bcryptOf, ensureSecret } from './metrics-secrets.ts';
import { boxExporters, prometheusArguments, renderPrometheusConfig, renderPrometheusWeb } from './prometheus-files.ts';

const promtool = '/usr/bin/promtool';
const monitoring = { enabled: true, port: null, retentionDays: 30, retentionSizeMb: 1024, scrapeSeconds: 5 };
const appliance = {
  listen: { host: '0.0.0.0', port: 8000 },
  workers: [
    { name: 'media', roles: ['media' as const] },
    { name: 'general', roles: ['general' as const] },
  ],
  monitoring,
};
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-prometheus-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const secrets = () => ({ tokenFile: join(folder, 'token'), passwordFile: join(folder, 'password') });

test('the api is asked with the word in a file, and each worker through it', () => {
  const config = parse(renderPrometheusConfig(appliance, 9090, secrets()));
  expect(config.global).toMatchObject({ scrape_interval: '5s', scrape_timeout: '5s' });
  const [api, workers, own] = config.scrape_configs;
  expect(api).toMatchObject({
    authorization: { credentials_file: join(folder, 'token') },
    static_configs: [{ targets: ['127.0.0.1:8000'] }],
  });
  expect(workers.static_configs.map((one: { labels: object }) => one.labels)).toEqual([
    { worker: 'media', __metrics_path__: '/metrics/workers/media' },
    { worker: 'general', __metrics_path__: '/metrics/workers/general' },
  ]);
  expect(own.basic_auth).toEqual({ username: 'holdfast', password_file: join(folder, 'password') });
});

test('no secret stands in what is rendered, and nothing is open beyond the loopback', () => {
  const password = ensureSecret(join(folder, 'password'));
  const words = prometheusArguments(monitoring, 9090, { configuration: folder, data: join(folder, 'data') });
  const web = renderPrometheusWeb(bcryptOf(password));
  for (const text of [renderPrometheusConfig(appliance, 9090, secrets()), web, words.join(' ')])
    expect(text).not.toContain(password);
  expect(words).toContain('--web.listen-address=127.0.0.1:9090');
  expect(words.join(' ')).not.toMatch(/enable-admin-api|enable-lifecycle|remote-write-receiver/);
  expect(words).toEqual(expect.arrayContaining(['--storage.tsdb.retention.time=30d', '--storage.tsdb.retention.size=1024MB']));
});

test('a secret is made once, for its account alone, whoever comes first', () => {
  const file = join(folder, 'deep', 'word');
  const word = ensureSecret(file);
  expect(word).toMatch(/^[\w-]{43}$/);
  expect(ensureSecret(file)).toBe(word);
  expect(readFileSync(file, 'utf8')).toBe(`${word}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('hashes are salted, and as bcrypt writes them', () => {
  const [one, other] = [bcryptOf('word'), bcryptOf('word')];
  expect(one).toMatch(/^\$2b\$04\$.{53}$/);
  expect(other).not.toBe(one);
});

test('Prometheus itself finds nothing wrong with what is rendered', (ctx) => {
  if (!existsSync(promtool)) ctx.skip('promtool (Debian package prometheus) is not installed');
  ensureSecret(secrets().tokenFile);
  ensureSecret(secrets().passwordFile);
  const check = (kind: string[], text: string) => {
    const file = join(folder, 'checked.yml');
    writeFileSync(file, text);
    return spawnSync(promtool, ['check', ...kind, file], { encoding: 'utf8' });
  };
  expect(check(['config'], renderPrometheusConfig(appliance, 9090, secrets()))).toMatchObject({ status: 0 });
  expect(check(['config'], renderPrometheusConfig(appliance, 9090, secrets(), boxExporters))).toMatchObject({ status: 0 });
  expect(check(['web-config'], renderPrometheusWeb(bcryptOf('word')))).toMatchObject({ status: 0 });
});
