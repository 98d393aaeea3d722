import { useEffect, useState } from 'react';

/** The present in milliseconds, again every `everyMs`: for ages that must stay true between two readings. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
