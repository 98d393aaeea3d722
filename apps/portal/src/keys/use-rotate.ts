import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { toast } from '../ui/toast-queue.ts';

/** Asks for a new version of a key, or of the provider's keys where none is named. */
export function useRotate(onAsked: () => void) {
  const queries = useQueryClient();
  return useMutation<unknown, unknown, string | undefined>({
    mutationFn: (id) =>
      id === undefined
        ? ask(api.POST('/api/v1/keys/provider/rotate', {}))
        : ask(api.POST('/api/v1/keys/{id}/rotate', { params: { path: { id } } })),
    meta: { quiet: true },
    onSuccess: () => {
      toast({ tone: 'info', title: 'The rotation has begun', detail: 'It goes on when you leave the page.' });
      onAsked();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
}
