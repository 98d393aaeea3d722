import type { Routes } from './call.ts';
import { idOf } from './random.ts';
import { queuesNow } from './session.ts';
import { systemNow } from './system.ts';

/** Queues, system, models, audit. */
export const applianceRoutes: Routes = [
  ['GET', /^\/queues$/, () => ({ body: { items: queuesNow(), redisAvailable: true } })],
  ['GET', /^\/queues\/dead$/, ({ world }) => ({ body: { items: world.dead, nextCursor: null } })],
  [
    'POST',
    /^\/queues\/dead\/retry$/,
    (call) => {
      const named = call.body.ids as string[] | undefined;
      const before = call.world.dead.length;
      call.world.dead = named ? call.world.dead.filter((letter) => !named.includes(letter.id)) : [];
      return { body: { retried: before - call.world.dead.length } };
    },
  ],
  ['GET', /^\/system$/, ({ cookies }) => ({ body: systemNow(cookies['mock-keys']) })],
  [
    'GET',
    /^\/models$/,
    () => ({
      body: {
        items: [
          {
            id: idOf(8, 1),
            name: 'visual-descriptor',
            version: '2.0.0',
            task: 'visual-descriptor',
            enabled: true,
            licence: 'Apache-2.0',
            dimensions: 512,
            sizeBytes: 412_000,
            importedAt: new Date(Date.now() - 9e8).toISOString(),
          },
          {
            id: idOf(8, 2),
            name: 'visual-descriptor',
            version: '0.9.0',
            task: 'visual-descriptor',
            enabled: false,
            licence: 'Apache-2.0',
            dimensions: 512,
            sizeBytes: 398_000,
            importedAt: new Date(Date.now() - 2e9).toISOString(),
          },
        ],
        capabilities: [
          { name: 'similar', enabled: true, by: 'visual-descriptor 2.0.0', hint: null },
          {
            name: 'meaning',
            enabled: false,
            by: null,
            hint: 'Import a text–image model of the CLIP or SigLIP family: ./holdfast models import DIR',
          },
          { name: 'speech', enabled: true, by: 'pocketsphinx', hint: null },
          { name: 'ocr', enabled: true, by: 'tesseract 5.3.0', hint: null },
        ],
      },
    }),
  ],
  ['POST', /^\/models\/([^/]+)\/enabled$/, () => ({ body: { model: {}, affectedAssets: 1204 } })],
  [
    'GET',
    /^\/audit$/,
    () => ({
      body: {
        items: Array.from({ length: 40 }, (_, order) => ({
          id: String(order),
          at: new Date(Date.now() - order * 410_000).toISOString(),
          actor: { kind: 'account', id: idOf(6, 1), label: 'admin@observatory.example' },
          action: ['asset.trashed', 'tag.confirmed', 'session.started', 'collection.created'][order % 4],
          target: { kind: 'asset', id: idOf(1, order) },
          requestId: `01j${order}x7`,
          detail: { assets: order + 1 },
        })),
        nextCursor: null,
      },
    }),
  ],
];
