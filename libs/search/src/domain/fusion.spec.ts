import { expect, test } from 'vitest';
import { backgroundOf, combine, leastLikeness, scoreOfLikeness, scoreOfMeaning, scoreOfWords, unmeasured } from './fusion.ts';

/** An asset as two ways of finding see it, and how well it answers the question as a person judged: 3 is what was meant, 0 is beside the point. */
interface Judged {
  what: string;
  grade: 0 | 1 | 2 | 3;
  /** ts_rank relative to a word in the name; undefined where the words are nowhere. */
  words?: number;
  /** Cosine in a space where chance is 0.16 ± 0.025, as in CLIP's. */
  cosine?: number;
}

const background = { mean: 0.16, deviation: 0.025 };

/** Fourteen questions of the kinds that people ask of a media library. */
const questions: Record<string, Judged[]> = {
  'rocket, and one is called so': [
    { what: 'rocket.jpg, a rocket', grade: 3, words: 1, cosine: 0.29 },
    { what: 'rocket_notes.txt', grade: 2, words: 0.9 },
    { what: 'a rocket, unnamed', grade: 2, cosine: 0.3 },
    { what: 'a lighthouse', grade: 0, cosine: 0.24 },
    { what: 'a chimney', grade: 0, cosine: 0.235 },
  ],
  'an invoice number in a scan': [
    { what: 'the scan', grade: 3, words: 0.08, cosine: 0.19 },
    { what: 'another scan', grade: 0, cosine: 0.27 },
    { what: 'a table of figures', grade: 0, cosine: 0.265 },
  ],
  'a name spoken in a recording': [
    { what: 'the recording', grade: 3, words: 0.06 },
    { what: 'a portrait', grade: 0, cosine: 0.25 },
    { what: 'another portrait', grade: 0, cosine: 0.245 },
  ],
  'children playing in the snow, nothing has words': [
    { what: 'children, snow', grade: 3, cosine: 0.31 },
    { what: 'children, sledge', grade: 2, cosine: 0.29 },
    { what: 'snow', grade: 1, cosine: 0.26 },
    { what: 'a beach', grade: 0, cosine: 0.2 },
  ],
  'sunset, tagged and untagged': [
    { what: 'tagged and one', grade: 3, words: 0.8, cosine: 0.3 },
    { what: 'tagged and one, dim', grade: 3, words: 0.8, cosine: 0.26 },
    { what: 'tagged by mistake', grade: 1, words: 0.8, cosine: 0.15 },
    { what: 'untagged one', grade: 2, cosine: 0.3 },
    { what: 'an orange', grade: 0, cosine: 0.23 },
  ],
  'jaguar, the car, in its caption': [
    { what: 'captioned car', grade: 3, words: 0.4, cosine: 0.27 },
    { what: 'long report that names it once', grade: 1, words: 0.03, cosine: 0.17 },
    { what: 'a leopard', grade: 0, cosine: 0.25 },
  ],
  'contract, in a hundred pages': [
    { what: 'contract.pdf', grade: 3, words: 1, cosine: 0.22 },
    { what: 'annex to the contract', grade: 2, words: 0.5, cosine: 0.22 },
    { what: 'a letter that mentions it', grade: 1, words: 0.06, cosine: 0.2 },
    { what: 'a signature', grade: 1, cosine: 0.25 },
  ],
  'red bicycle, where one word is in a name': [
    { what: 'a red bicycle', grade: 3, cosine: 0.32 },
    { what: 'bicycle.jpg, a red one', grade: 3, words: 0.5, cosine: 0.31 },
    { what: 'bicycle_shed.jpg', grade: 1, words: 0.5, cosine: 0.2 },
  ],
  'hubble, as the file is named, and stars': [
    { what: 'hubble_deep_field.jpg', grade: 3, words: 1, cosine: 0.26 },
    { what: 'a galaxy', grade: 1, cosine: 0.28 },
    { what: 'city lights', grade: 0, cosine: 0.24 },
  ],
  'a camera model': [
    { what: 'taken with it', grade: 3, words: 0.25, cosine: 0.15 },
    { what: 'a picture of a camera', grade: 1, cosine: 0.29 },
  ],
  'a place in the metadata': [
    { what: 'taken there', grade: 3, words: 0.25, cosine: 0.18 },
    { what: 'folder named so', grade: 2, words: 0.25 },
    { what: 'looks like it', grade: 1, cosine: 0.27 },
    { what: 'a map of elsewhere', grade: 0, cosine: 0.22 },
  ],
  'a misread word in a scan': [
    { what: 'the scan', grade: 3, words: 0.03, cosine: 0.2 },
    { what: 'other print', grade: 0, cosine: 0.25 },
  ],
  'dog on a beach, tagged dog': [
    { what: 'dog on a beach', grade: 3, words: 0.45, cosine: 0.33 },
    { what: 'dog indoors', grade: 1, words: 0.45, cosine: 0.23 },
    { what: 'dog on a beach, untagged', grade: 2, cosine: 0.33 },
    { what: 'a beach', grade: 0, cosine: 0.24 },
  ],
  'nothing fits': [
    { what: 'a wall', grade: 0, cosine: 0.2 },
    { what: 'a word in passing', grade: 1, words: 0.03 },
  ],
};

/** Normalised discounted cumulative gain: 1 where the order is the best there is. */
function gain(ordered: Judged[]): number {
  const sum = (judged: Judged[]) =>
    judged.reduce((total, { grade }, place) => total + (2 ** grade - 1) / Math.log2(place + 2), 0);
  const best = sum(ordered.toSorted((left, right) => right.grade - left.grade));
  return best === 0 ? 1 : sum(ordered) / best;
}

function meanGain(score: (asset: Judged, all: Judged[]) => number): number {
  const gains = Object.values(questions).map((assets) =>
    gain(assets.toReversed().toSorted((left, right) => score(right, assets) - score(left, assets))),
  );
  return gains.reduce((sum, value) => sum + value, 0) / gains.length;
}

const ours = ({ words, cosine }: Judged) =>
  combine([words === undefined ? 0 : scoreOfWords(words), cosine === undefined ? 0 : scoreOfMeaning(cosine, background)]);

/** Cormack, Clarke and Büttcher 2009, with their k: https://doi.org/10.1145/1571941.1572114 */
function reciprocalRank(asset: Judged, all: Judged[]): number {
  const place = (value: (judged: Judged) => number | undefined) => {
    const own = value(asset);
    return own === undefined ? Number.POSITIVE_INFINITY : all.filter((other) => (value(other) ?? -1) > own).length + 1;
  };
  return 1 / (60 + place((judged) => judged.words)) + 1 / (60 + place((judged) => judged.cosine));
}

test('calibrated scores order judged answers better than reciprocal ranks, and both better than one way alone', () => {
  const [calibrated, ranks] = [meanGain(ours), meanGain(reciprocalRank)];
  const [wordsAlone, meaningAlone] = [meanGain(({ words }) => words ?? 0), meanGain(({ cosine }) => cosine ?? 0)];
  expect(calibrated).toBeGreaterThan(0.97);
  expect(calibrated).toBeGreaterThan(ranks);
  expect(ranks).toBeGreaterThan(meaningAlone);
  expect(calibrated).toBeGreaterThan(wordsAlone);
});

test('any words beat any likeness to their meaning; both together beat either', () => {
  expect(scoreOfWords(0)).toBeGreaterThan(scoreOfMeaning(0.9, background));
  expect(combine([scoreOfWords(0.1), scoreOfMeaning(0.3, background)])).toBeGreaterThan(scoreOfWords(0.1));
  expect(scoreOfMeaning(0.2, background)).toBe(0);
});

test('the background of a library is measured, and guessed where it is too small', () => {
  expect(backgroundOf([0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2])).toEqual({
    mean: expect.closeTo(0.15),
    deviation: expect.closeTo(0.05),
  });
  expect(backgroundOf([0.9])).toEqual({ mean: 0.1, deviation: 0.1 });
});

test('what looks alike stands out from its library, within what its model calls alike', () => {
  const alike = { least: 0.75, sure: 0.8, parts: [] };
  expect(leastLikeness({ mean: 0.2, deviation: 0.1 }, alike)).toBe(0.75);
  expect(leastLikeness({ mean: 0.2, deviation: 0.28 }, alike)).toBeCloseTo(0.76);
  expect(leastLikeness({ mean: 0.7, deviation: 0.3 }, alike)).toBe(0.8);
  expect(leastLikeness({ mean: 0.6, deviation: 0.1 }, unmeasured)).toBeCloseTo(0.8);
  expect(scoreOfLikeness(0.74, 0.75)).toBe(0);
  expect(scoreOfLikeness(0.76, 0.75)).toBe(0.76);
  expect(scoreOfLikeness(1.000001, 0.75)).toBe(1);
});
