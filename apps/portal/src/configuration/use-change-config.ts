import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import type { Config } from '../api/config-queries.ts';
import { toast } from '../ui/toast-queue.ts';

/** A change of the configuration that somebody has decided on. */
export type ConfigWish = { kind: 'set'; text: string } | { kind: 'restore'; generation?: number } | { kind: 'adopt' };

/** Changes the configuration as it was seen; somebody who was faster makes it fail. */
export function useChangeConfig({ newest, sha256 }: Pick<Config, 'newest' | 'sha256'>, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ wish, reason }: { wish: ConfigWish; reason: string }) => {
      const seen = { reason, baseGeneration: newest?.number ?? null, ...(sha256 === null ? {} : { baseSha256: sha256 }) };
      if (wish.kind === 'set') return ask(api.POST('/api/v1/config/set', { body: { text: wish.text, ...seen } }));
      if (wish.kind === 'adopt') return ask(api.POST('/api/v1/config/adopt', { body: seen }));
      const { generation } = wish;
      return ask(
        api.POST('/api/v1/config/restore', { body: { ...seen, ...(generation === undefined ? {} : { generation }) } }),
      );
    },
    meta: { quiet: true },
    onSuccess: ({ generation }) => {
      toast(
        generation === null
          ? { tone: 'info', title: 'Nothing differs' }
          : { tone: 'good', title: `Generation ${generation} is recorded`, detail: 'It is in force from the next start.' },
      );
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['config'] }),
  });
}
