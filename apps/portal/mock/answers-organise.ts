import { changed, ids, MockProblem, type Routes } from './call.ts';
import { idOf } from './random.ts';
import { coversOf, tagsOfAsset } from './world.ts';

/** Tags and collections. */
export const organiseRoutes: Routes = [
  [
    'GET',
    /^\/tags$/,
    ({ world, query }) => ({ body: { items: world.tags.filter((tag) => tag.name.includes(query.get('text') ?? '')) } }),
  ],
  [
    'POST',
    /^\/tags$/,
    ({ world, body }) => {
      const tag = { id: idOf(2, 100 + world.tags.length), name: String(body.name), assets: 0 };
      world.tags.push(tag);
      return { status: 201, body: tag };
    },
  ],
  [
    'PATCH',
    /^\/tags\/([^/]+)$/,
    ({ world, body }, id = '') => {
      const tag = world.tags.find((other) => other.id === id);
      if (tag) tag.name = String(body.name);
      return { body: tag };
    },
  ],
  [
    'DELETE',
    /^\/tags\/([^/]+)$/,
    ({ world }, id = '') => {
      world.tags = world.tags.filter((tag) => tag.id !== id);
      return {};
    },
  ],
  [
    'POST',
    /^\/tags\/([^/]+)\/assets$/,
    (call, id = '') => {
      const tag = call.world.tags.find((other) => other.id === id);
      for (const asset of ids(call)) {
        const rest = tagsOfAsset(call.world, asset).filter((other) => other.id !== id);
        const before = tagsOfAsset(call.world, asset).find((other) => other.id === id);
        if (call.body.action === 'remove') call.world.tagsOf.set(asset, rest);
        else
          call.world.tagsOf.set(asset, [
            ...rest,
            {
              id,
              name: tag?.name ?? '',
              source: before?.source ?? 'person',
              state: call.body.action === 'reject' ? 'rejected' : 'confirmed',
              confidence: before?.confidence ?? null,
            },
          ]);
      }
      return changed(ids(call).length);
    },
  ],
  ['GET', /^\/collections$/, ({ world }) => ({ body: { items: world.collections } })],
  [
    'POST',
    /^\/collections$/,
    ({ world, body }) => {
      const made = {
        id: idOf(3, 100 + world.collections.length),
        name: String(body.name),
        description: String(body.description ?? ''),
        assets: ((body.assetIds as string[]) ?? []).length,
        covers: coversOf((body.assetIds as string[]) ?? []),
        createdAt: new Date().toISOString(),
        updatedAt: new Date().toISOString(),
      };
      world.collections.unshift(made);
      world.members.set(made.id, new Set((body.assetIds as string[]) ?? []));
      return { status: 201, body: made };
    },
  ],
  [
    'GET',
    /^\/collections\/([^/]+)$/,
    ({ world }, id = '') => {
      const found = world.collections.find((collection) => collection.id === id);
      if (!found) throw new MockProblem(404, 'COLLECTION_NOT_FOUND', `There is no collection ${id}.`);
      return { body: found };
    },
  ],
  [
    'PATCH',
    /^\/collections\/([^/]+)$/,
    ({ world, body }, id = '') => ({
      body: Object.assign(world.collections.find((collection) => collection.id === id) ?? {}, body),
    }),
  ],
  [
    'DELETE',
    /^\/collections\/([^/]+)$/,
    ({ world }, id = '') => {
      world.collections = world.collections.filter((collection) => collection.id !== id);
      return {};
    },
  ],
  [
    'POST',
    /^\/collections\/([^/]+)\/assets$/,
    (call, id = '') => {
      const members = call.world.members.get(id) ?? new Set();
      for (const asset of ids(call)) call.body.action === 'add' ? members.add(asset) : members.delete(asset);
      call.world.members.set(id, members);
      const collection = call.world.collections.find((other) => other.id === id);
      if (collection) collection.assets = members.size;
      return changed(ids(call).length);
    },
  ],
];
