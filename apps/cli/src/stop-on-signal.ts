/** What a shell expects of a program that Ctrl-C ended. */
export const interrupted = 130;

/** Ends at the first Ctrl-C once the files in hand are safe or dropped; the second ends at once. */
export function stopOnSignal(): AbortController {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort();
      process.once(signal, () => process.exit(interrupted));
    });
  return stop;
}
