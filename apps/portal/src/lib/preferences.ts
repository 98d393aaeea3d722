import { useSyncExternalStore } from 'react';

/** How a person wants this browser to look; kept here only, never sent. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  railFolded: boolean;
  /** Height of grid rows: 0 many small … 4 few large. */
  density: number;
  volume: number;
  captions: boolean;
}

const defaults: Preferences = { theme: 'system', railFolded: false, density: 2, volume: 1, captions: true };
const listeners = new Set<() => void>();
let current: Preferences = load();

function load(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem('holdfast.preferences') ?? '{}') as Partial<Preferences>;
    return { ...defaults, ...kept };
  } catch {
    return defaults;
  }
}

/** Changes preferences and remembers them where the browser allows. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem('holdfast.preferences', JSON.stringify(current));
    localStorage.setItem('holdfast.theme', current.theme);
  } catch {
    // Storage refused: the choice lasts as long as the page.
  }
  if (current.theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current.theme;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The preferences, following changes. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}
