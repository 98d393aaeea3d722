import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TenantDatabase } from '#database';
import { newId, runAs } from '#kernel';
import type { EventPublisher } from '#queue';
import { PipelineEvents } from './pipeline-events.ts';

const organisation = newId();
const published: unknown[] = [];
const publisher: Pick<EventPublisher, 'publish'> = {
  publish: (event, payload) => void published.push([event.name, payload]),
};
const database: Pick<TenantDatabase, 'afterCommit'> = { afterCommit: (task) => void task() };
let events: PipelineEvents;

beforeEach(() => {
  vi.useFakeTimers();
  published.length = 0;
  events = new PipelineEvents(publisher as EventPublisher, database as TenantDatabase);
});
afterEach(() => vi.useRealTimers());

test('of changes that become known in another order than they were made, the latest is told', () => {
  const context = {
    organisationId: organisation,
    actor: { kind: 'system' as const, id: 't', label: 't' },
    permissions: new Set<never>(),
    requestId: 't',
  };
  runAs(context, () => {
    events.assetChanged('a', 'processing', 2);
    events.assetChanged('a', 'ready', 4);
    events.assetChanged('a', 'processing', 3);
  });
  vi.advanceTimersByTime(1000);
  expect(published).toEqual([['asset.changed', { id: 'a', state: 'ready', version: 4 }]]);
});
