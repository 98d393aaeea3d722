import { signInNeeded } from '#identity';
import { findContext, type RouteContract } from '#kernel';
import { accessDenied } from './require-access.ts';

/** The one guard before every HTTP operation: whether the running request may call it. Throws SIGN_IN_NEEDED or ACCESS_DENIED. */
export function requireRouteAccess({ access }: RouteContract): void {
  if (access === 'public') return;
  const context = findContext();
  if (!context) throw signInNeeded();
  if (access !== 'signed-in' && !context.permissions.has(access)) throw accessDenied(access);
}
