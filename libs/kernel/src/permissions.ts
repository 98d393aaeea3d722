/** Every permission there is, as `noun.verb`. A route, socket event, job or command that names none does not start. */
export const permissions = [
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
] as const;
export type Permission = (typeof permissions)[number];

/** Whether a word names a permission of this version. */
export function isPermission(word: string): word is Permission {
  return permissions.some((known) => known === word);
}

export const roles = ['admin', 'operator', 'viewer'] as const;
export type Role = (typeof roles)[number];

const viewer: Permission[] = ['asset.read', 'asset.download', 'collection.read', 'search.read', 'tag.read'];
const operator: Permission[] = [
  ...viewer,
  'box.read',
  'config.read',
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
];

/** What each built-in role may do. */
export const rolePermissions: Record<Role, ReadonlySet<Permission>> = {
  viewer: new Set(viewer),
  operator: new Set(operator),
  admin: new Set(permissions),
};
