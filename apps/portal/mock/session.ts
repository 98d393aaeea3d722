import type { QueueState, Session } from '../src/api/types.ts';
import { idOf, randomOf } from './random.ts';

/** Queues that move a little with every look. */
export function queuesNow(): QueueState[] {
  const now = Math.floor(Date.now() / 3000);
  const names: QueueState['name'][] = ['image', 'video', 'transcription', 'text', 'embedding', 'completion'];
  return names.map((name, place) => {
    const random = randomOf(now * 7 + place);
    const waiting = place < 4 ? Math.floor(random() * 120) : 0;
    return {
      name,
      concurrency: [3, 2, 2, 5, 4, 2][place] ?? 2,
      scaling:
        place === 1 ? { strategy: 'latency-target', slots: 4, reason: '0.31 jobs a second of 11.4 s, 12 waiting' } : null,
      waiting,
      running: waiting > 0 ? ([3, 2, 2, 5, 4, 2][place] ?? 1) : 0,
      dead: place === 0 ? 9 : place === 3 ? 5 : 0,
      oldestWaitingSeconds: waiting > 0 ? Math.round(random() * 400) : null,
      finishedLastMinute: Math.round(random() * 300),
    };
  });
}

const permissionsOf: Record<string, Session['permissions']> = {
  viewer: ['asset.read', 'asset.download', 'collection.read', 'search.read', 'tag.read'],
  operator: [
    'asset.read',
    'asset.download',
    'collection.read',
    'search.read',
    'tag.read',
    'asset.create',
    'asset.update',
    'asset.delete',
    'collection.update',
    'tag.update',
    'job.read',
    'job.retry',
    'model.read',
    'storage.read',
    'system.read',
    'box.read',
    'config.read',
  ],
  admin: [
    'account.read',
    'account.update',
    'asset.create',
    'asset.delete',
    'asset.download',
    'asset.read',
    'asset.update',
    'audit.read',
    'box.change',
    'box.read',
    'box.change',
    'collection.read',
    'collection.update',
    'config.change',
    'config.read',
    'erasure.read',
    'erasure.update',
    'hold.update',
    'job.read',
    'job.retry',
    'keys.read',
    'keys.update',
    'model.read',
    'model.update',
    'retention.read',
    'retention.update',
    'search.read',
    'services.logs',
    'services.restart',
    'storage.read',
    'storage.update',
    'system.read',
    'tag.read',
    'tag.update',
  ],
};

/** The session of a role. */
export function sessionOf(role: string): Session {
  const known = role === 'viewer' || role === 'operator' ? role : 'admin';
  return {
    account: { id: idOf(6, 1), email: `${known}@observatory.example`, displayName: 'Ada Rossi' },
    organisation: { id: idOf(7, 1), name: 'Hillside Observatory' },
    role: known,
    permissions: permissionsOf[known] ?? [],
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  };
}
