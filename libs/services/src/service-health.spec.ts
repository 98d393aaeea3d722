import { expect, it } from 'vitest';
import type { SystemDatabase } from '#database';
import type { KeyStateWatch } from '#keys';
import type { NginxFiguresReader, PrometheusClient } from '#monitoring';
import type { EventPublisher } from '#queue';
import type { HostedService } from './domain/hosted-service.ts';
import { ServiceHealth } from './service-health.ts';

const nobody = {} as SystemDatabase & EventPublisher & KeyStateWatch;

function healthWith(active: number | undefined, version: () => Promise<string>): ServiceHealth {
  const connections = active === undefined ? undefined : { active, reading: 0, writing: 0, waiting: 0 };
  const read = async () => connections && { connections, counters: { accepted: 0, handled: 0, requests: 0 } };
  return new ServiceHealth(
    ...([nobody, nobody, nobody] as const),
    { read } as unknown as NginxFiguresReader,
    { version } as unknown as PrometheusClient,
  );
}

const service = (kind: 'nginx' | 'prometheus', state: HostedService['state']) => ({ id: kind, kind, state }) as HostedService;
const answers = healthWith(3, async () => '3.1.0');
const silent = healthWith(undefined, async () => {
  throw new Error('Prometheus at http://127.0.0.1:1 does not answer.');
});

it('asks what runs, and says what it answers', async () => {
  expect(await answers.check(service('nginx', 'running'))).toEqual({ ok: true, text: 'Answers; open connections: 3.' });
  expect(await answers.check(service('prometheus', 'running'))).toEqual({ ok: true, text: 'Answers; version 3.1.0.' });
});

it('says that something runs and does not answer', async () => {
  expect(await silent.check(service('nginx', 'running'))).toEqual({ ok: false, text: 'Does not answer.' });
  expect(await silent.check(service('prometheus', 'running'))).toEqual({
    ok: false,
    text: 'Prometheus at http://127.0.0.1:1 does not answer.',
  });
});

it('asks nobody who does not run, which is no illness', async () => {
  const unwell = { ok: null, text: 'Does not run.' };
  expect(await answers.check(service('nginx', 'stopped'))).toEqual(unwell);
  expect(await answers.check(service('prometheus', 'stopped'))).toEqual(unwell);
});
