import { useSyncExternalStore } from 'react';
import { live } from '../api/live.ts';

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** Whether the browser has a network at all. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}

/** Whether the live connection stands. */
export function useLiveState() {
  return useSyncExternalStore(live.subscribe, live.snapshot);
}
