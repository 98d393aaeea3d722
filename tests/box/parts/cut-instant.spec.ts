import { expect, it } from 'vitest';
import { stateAtCut } from './cut-instant.ts';

const journal = (...events: [string, number][]) =>
  events.map(([event, generation]) => `${JSON.stringify({ sequence: 1, entry: { event, generation } })}\n`).join('');

it('says how far a change had come, whatever the agent did after the boot', () => {
  expect(stateAtCut(journal(['applying', 1], ['committed', 1]), 1)).toBe('nothing written down');
  expect(stateAtCut(journal(['committed', 1], ['applying', 2]), 1)).toBe('applying');
  expect(stateAtCut(journal(['applying', 2], ['grown', 2], ['rolling-back', 2], ['grown', 2], ['rolled-back', 2]), 1)).toBe(
    'grown',
  );
  expect(stateAtCut(journal(['applying', 2], ['armed', 2], ['committed', 2]), 1)).toBe('committed');
  expect(stateAtCut(`${journal(['applying', 2])}{"seq`, 1)).toBe('half a line');
  expect(stateAtCut('', 0)).toBe('nothing written down');
});
