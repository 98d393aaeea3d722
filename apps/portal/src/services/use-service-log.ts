import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type LogLine, readServiceLog } from '../api/services-queries.ts';

const mostLines = 2000;
const followEveryMs = 1500;

/** The log of a service, growing while it is followed. */
export function useServiceLog(id: string, follows: boolean) {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const cursor = useRef<string | null>(null);
  const query = useQuery({
    queryKey: ['services', id, 'log'],
    queryFn: async ({ signal }) => {
      const page = await readServiceLog(id, cursor.current ?? undefined, signal);
      return { ...page, isAfter: cursor.current !== null };
    },
    refetchInterval: follows ? followEveryMs : false,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
  const { data } = query;
  useEffect(() => {
    if (!data) return;
    cursor.current = data.cursor;
    setLines((former) => (data.isAfter ? [...former, ...data.lines].slice(-mostLines) : data.lines));
  }, [data]);
  return { lines, query };
}
