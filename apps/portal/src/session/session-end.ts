const listeners = new Set<() => void>();

/** Calls back whenever a session ends or another begins: whatever was read in it must be forgotten. */
export function onSessionEnd(listener: () => void): void {
  listeners.add(listener);
}

/** Says that a session has ended. */
export function tellSessionEnd(): void {
  for (const listener of listeners) listener();
}
