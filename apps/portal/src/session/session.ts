import { useSuspenseQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';
import type { Permission, Session } from '../api/types.ts';
import { useOnline } from '../lib/online.ts';

/** Who is signed in. Only below the shell, whose route has made sure that there is a session. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Whether the signed-in person holds a permission. The API decides again on every call; this only shapes what is shown. */
export function useCan(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}

/** What may be begun without network: uploads wait and go on by themselves. */
const worksOffline: readonly Permission[] = ['asset.create'];

/** The reason to show on a control that needs a permission and the appliance, or false when the person has both. */
export function useNeeds(): (permission: Permission, toDo: string) => string | false {
  const can = useCan();
  const online = useOnline();
  return (permission, toDo) => {
    if (!can(permission)) return `Your role may not ${toDo}. An administrator can grant it (${permission}).`;
    return !online && !worksOffline.includes(permission) && 'You are offline. This needs the appliance.';
  };
}
