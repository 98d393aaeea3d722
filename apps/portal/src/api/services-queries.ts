import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';
import type { Answer } from './types.ts';

export type Services = Answer<'listServices'>;
export type Service = Services['items'][number];
export type ServiceLog = Answer<'readServiceLogs'>;
export type LogLine = ServiceLog['lines'][number];

export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/services', { signal })),
  refetchInterval: 5000,
});

/** The end of the log of a service, or what came after a cursor. */
export function readServiceLog(id: string, after: string | undefined, signal: AbortSignal): Promise<ServiceLog> {
  const query = { lines: 500, ...(after === undefined ? {} : { after }) };
  return ask(api.GET('/api/v1/services/{id}/logs', { params: { path: { id }, query }, signal }));
}
