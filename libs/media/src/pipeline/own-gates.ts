import { TEXT_LIKELIHOOD_FLOOR } from '../parsers/index.ts';
import { rowOf } from './domain/ledger.ts';
import type { StepGateRegistry } from './step-gates.ts';

/** Reasons to leave steps out that the ledger itself knows. */
export function registerOwnGates(gates: StepGateRegistry): void {
  gates.register('text', (kind, rows) => {
    if (kind !== 'image') return undefined;
    const { textLikelihood } = rowOf(rows, 'recognise').findings;
    return textLikelihood !== undefined && textLikelihood < TEXT_LIKELIHOOD_FLOOR ? 'No text in sight.' : undefined;
  });
  gates.register('text', (kind, rows) => {
    if (kind !== 'video' && kind !== 'audio') return undefined;
    const { hasSound, hasSubtitles } = rowOf(rows, 'probe').findings;
    return hasSound === false && !hasSubtitles ? 'There is no sound to listen to.' : undefined;
  });
  gates.register('embed', (_kind, rows) =>
    (rowOf(rows, 'text').findings.characters ?? 0) === 0 ? 'There is no text to embed.' : undefined,
  );
}
