/** Score of a hit by words, 0.5 … 1, from ts_rank relative to the best one word can get: any hit by words beats any by likeness to their meaning alone. */
export function scoreOfWords(rank: number): number {
  return 0.5 + 0.5 * Math.sqrt(Math.min(Math.max(rank, 0), 1));
}

/** What similarities look like in a space: those of vectors that have nothing to do with the query. */
export interface Background {
  mean: number;
  deviation: number;
}

/** Backgrounds that are narrower are taken for this wide: there the last digits would decide. */
const leastDeviation = 0.01;

/** Most that likeness to the meaning of words can score: below a tag, a name or a word in a picture, above nothing. */
const mostOfMeaning = 0.48;

/**
 * Score of a hit by meaning: how far its similarity stands out from the background of its space, which differs widely between models
 * (cosines around 0.2 mean "yes" in one and "no" in another). Two deviations are chance among hundreds; six are not.
 */
export function scoreOfMeaning(similarity: number, { mean, deviation }: Background): number {
  const standsOut = (similarity - mean) / Math.max(deviation, leastDeviation);
  return mostOfMeaning * Math.min(Math.max((standsOut - 2) / 4, 0), 1);
}

/** Which cosines of a space mean that two things look alike, where its model says so: `alike` in its `model.json`. */
export interface Alikeness {
  least: number;
  sure: number;
  parts: AlikePart[];
}

/** Values of a vector that describe something of their own, and the cosine from which on they are worth telling. */
export interface AlikePart {
  name: string;
  from: number;
  to: number;
  least: number;
}

/** Of a model that says nothing of it: in none that we know is half a cosine likeness, or nine tenths chance. */
export const unmeasured: Alikeness = { least: 0.5, sure: 0.9, parts: [] };

/**
 * The cosine from which on assets look like the one asked about: what stands out from the background of its library by two deviations, which
 * is chance in one case of forty, within what its model calls alike at all and for sure (docs/adr/0012).
 */
export function leastLikeness({ mean, deviation }: Background, { least, sure }: Alikeness): number {
  return Math.min(Math.max(mean + 2 * Math.max(deviation, leastDeviation), least), sure);
}

/** Score of an asset that looks like another: its cosine, as everything is compared in one space; 0 for what only happens to be nearest. */
export function scoreOfLikeness(similarity: number, least: number): number {
  return similarity < least ? 0 : Math.min(Math.max(similarity, 0), 1);
}

/** Scores of independent ways of finding the same asset, as probabilities that it is meant: 1 - (1 - a)(1 - b). */
export function combine(scores: number[]): number {
  return 1 - scores.reduce((left, score) => left * (1 - score), 1);
}

/** Mean and deviation of a sample; a wide guess for a library too small to tell. */
export function backgroundOf(similarities: number[]): Background {
  if (similarities.length < 8) return { mean: 0.1, deviation: 0.1 };
  const mean = similarities.reduce((sum, value) => sum + value, 0) / similarities.length;
  const variance = similarities.reduce((sum, value) => sum + (value - mean) ** 2, 0) / similarities.length;
  return { mean, deviation: Math.sqrt(variance) };
}
