import { useSuspenseQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';
import type { Permission, Session } from '../api/types.ts';

/** Who is signed in. Only below the shell, whose route has made sure that there is a session. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Whether the signed-in person holds a permission. The API decides again on every call; this only shapes what is shown. */
export function useCan(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}

/** The reason to show on a control that needs a permission, or false when the person holds it. */
export function useNeeds(): (permission: Permission, toDo: string) => string | false {
  const can = useCan();
  return (permission, toDo) =>
    can(permission) ? false : `Your role may not ${toDo}. An administrator can grant it (${permission}).`;
}
