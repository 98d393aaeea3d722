import type { ImageAnalysis } from '../../parsers/index.ts';
import type { AssetPatch } from '../asset-patch.ts';
import type { Look } from '../picture-look.ts';
import type { LedgerRow, StepResult } from './account.ts';
import { type PipelineStep, rowOf } from './ledger.ts';
import { metadataPatch } from './metadata-facts.ts';
import { damageOf, picturePatch } from './picture-facts.ts';

/** What is written down of a picture: the result of every step asked for, and the facts for its asset. */
export function describeImage(
  picture: ImageAnalysis,
  look: Look | undefined,
  steps: ReadonlySet<PipelineStep>,
  rows: readonly LedgerRow[],
  now: Date,
): { results: StepResult[]; patch: AssetPatch } {
  const results: StepResult[] = [];
  const patch: AssetPatch = {};
  if (steps.has('probe')) {
    const said = metadataPatch(picture.metadata, rowOf(rows, 'probe').findings.fileSaid, now);
    Object.assign(patch, said.patch, formatPatch(picture, said.patch));
    results.push({
      ...probed(picture, said.patch),
      findings: { fileSaid: said.fileSaid, ...damageOf(picture.partial) },
      ...costOf(picture, steps),
    });
  }
  if (steps.has('renditions')) {
    patch.thumbhash = Buffer.from(picture.thumbhash, 'base64');
    results.push({ step: 'renditions', state: 'done', outcome: 'Thumbnail and preview made.', ...costOf(picture, steps) });
  }
  if (steps.has('recognise') && look) {
    Object.assign(patch, picturePatch(picture));
    results.push({
      ...recognised(look),
      findings: { textLikelihood: picture.textLikelihood },
      ...costOf(picture, steps, look),
    });
  }
  return { results, patch };
}

function formatPatch(picture: ImageAnalysis, { metadata }: AssetPatch): AssetPatch {
  const { format, bitDepth, colourSpace, colourProfile, frames, hasAlpha, orientation } = picture;
  return {
    width: picture.width,
    height: picture.height,
    durationSeconds: picture.durationSeconds,
    metadata: { ...metadata, image: { format, bitDepth, colourSpace, colourProfile, frames, hasAlpha, orientation } },
  };
}

function probed(picture: ImageAnalysis, patch: AssetPatch): StepResult {
  const taken = patch.capturedAt ? `, taken ${patch.capturedAt.toISOString().slice(0, 10)}` : '';
  const by = patch.camera ? ` with ${patch.camera}` : '';
  return {
    step: 'probe',
    state: 'done',
    outcome: `${picture.format.toUpperCase()}, ${picture.width} × ${picture.height}${taken}${by}.`,
  };
}

/** What came of showing pictures to the models, beside what was measured. */
export function recognised(look: Look): StepResult {
  const names = look.vectors.map(({ model }) => model);
  if (look.error)
    return {
      step: 'recognise',
      state: 'failed',
      outcome: `Colours and quality measured; the models could not look at it: ${look.error.message}`,
      error: { code: look.error.code, message: look.error.message },
    };
  const outcome =
    names.length > 0
      ? `Colours and quality measured; vectors by ${names.join(', ')}.`
      : 'Colours and quality measured; no model for pictures is enabled.';
  return { step: 'recognise', state: 'done', outcome, modelVersions: look.modelVersions };
}

/** One decode serves all steps: they share its processor time. */
function costOf(picture: ImageAnalysis, steps: ReadonlySet<PipelineStep>, look?: Look): { cpuMs: number } {
  return { cpuMs: picture.cpuMs / Math.max(1, steps.size) + (look?.cpuMs ?? 0) };
}
