import { currentContext, HoldfastError, type Permission, rolePermissions, roles, type TenantContext } from '#kernel';

/** The first line of every service method: the context, if it holds the permission. Throws ACCESS_DENIED, or CONTEXT_MISSING outside any context. */
export function requireAccess(permission: Permission): TenantContext {
  const context = currentContext();
  if (context.permissions.has(permission)) return context;
  throw accessDenied(permission);
}

/** The refusal for a missing permission, naming who can grant it. */
export function accessDenied(permission: Permission): HoldfastError {
  const holders = roles.filter((role) => rolePermissions[role].has(permission));
  return new HoldfastError('ACCESS_DENIED', {
    kind: 'forbidden',
    message: `This needs the permission ${permission}.`,
    action: `Ask an administrator for the role ${holders.at(-1)}.`,
    values: { permission, roles: holders },
  });
}
