import type { VideoAnalysis } from '../../parsers/index.ts';
import type { AssetPatch } from '../asset-patch.ts';
import type { Look } from '../picture-look.ts';
import type { StepResult } from './account.ts';
import { recognised } from './describe-image.ts';
import type { PipelineStep } from './ledger.ts';
import { counted, damageOf, picturePatch } from './picture-facts.ts';

/** What is written down of the pictures of a video: the results of the steps asked for, and the facts for its asset. */
export function describeVideo(
  video: VideoAnalysis,
  look: Look | undefined,
  steps: ReadonlySet<PipelineStep>,
): { results: StepResult[]; patch: AssetPatch } {
  const results: StepResult[] = [];
  const patch: AssetPatch = {};
  const cpuMs = video.cpuMs / Math.max(1, [...steps].filter((step) => step !== 'probe').length);
  if (steps.has('renditions')) {
    patch.thumbhash = Buffer.from(video.poster.thumbhash, 'base64');
    const strip = video.hoverStrip ? ' and hover strip' : '';
    results.push({
      step: 'renditions',
      state: 'continues',
      outcome: `Poster${strip} made; the playable version follows.`,
      cpuMs,
    });
  }
  if (steps.has('recognise') && look) {
    const { colours, quality } = picturePatch(video.poster);
    Object.assign(patch, { colours, quality });
    const result = recognised(look);
    const outcome = `${counted(video.shots.length, 'shot')} found. ${result.outcome}`;
    const textLikelihood = Math.max(...video.shots.map(({ frame }) => frame.textLikelihood), 0);
    const findings = { textLikelihood, ...damageOf(video.partial) };
    results.push({ ...result, outcome, findings, cpuMs: cpuMs + look.cpuMs });
  }
  return { results, patch };
}
