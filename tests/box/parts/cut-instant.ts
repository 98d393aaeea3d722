/** How far a change had come when the power went, by the journal as the next boot finds it: the last thing written down before the agent woke up again. */
export function stateAtCut(journal: string, former: number): string {
  const events = journal.split('\n').flatMap((line) => {
    try {
      const { entry } = JSON.parse(line) as { entry: { event: string; generation?: number } };
      return [entry];
    } catch {
      return line === '' ? [] : [{ event: 'half a line' }];
    }
  });
  const own = events.slice(events.findLastIndex(({ event }) => event === 'applying'));
  if (own[0]?.event !== 'applying' || (own[0].generation ?? 0) <= former) return 'nothing written down';
  const back = own.findIndex(({ event }) => event === 'rolling-back');
  return own.at(back > 0 ? back - 1 : -1)?.event ?? 'applying';
}
