import { expect, test } from 'vitest';
import { parseJsonLines, parseTimedLines } from './pocketsphinx-output.ts';

const debian12 = `and mr john
<s> 0.000 0.140 0.999400
and(2) 0.150 0.360 0.260057
mr 0.370 0.620 0.988762
<sil> 0.630 0.900 0.553348
john 0.910 1.000 0.929128
</s> 1.050 1.080 1.000000
guess what
<s> 2.000 2.140 0.999400
guess 2.150 2.330 1.000300
[SPEECH] 2.340 2.400 0.9
what 2.410 2.580 0.581373
</s> 2.600 2.680 1.000000
`;
const debian13 = `{"b":0.150,"d":0.850,"p":1.000,"t":"and mr","w":[{"b":0.000,"d":0.140,"p":0.999,"t":"<s>"},{"b":0.150,"d":0.210,"p":0.260,"t":"and(2)"},{"b":0.370,"d":0.250,"p":0.989,"t":"mr"},{"b":0.7,"d":0.1,"p":1.0,"t":"<sil>"}]}
{"b":3.000,"d":0.500,"p":0.000,"t":"","w":[]}
`;

test('words of Debian 12 come with their times, utterance by utterance, without fillers and pronunciations', () => {
  const utterances = parseTimedLines(debian12);
  expect(utterances.map((words) => words.map((word) => word.text).join(' '))).toEqual(['and mr john', 'guess what']);
  expect(utterances[0]?.[0]).toEqual({ text: 'and', start: 0.15, end: 0.36, confidence: 0.260057 });
  expect(utterances[1]?.[0]?.confidence).toBe(1);
});

test('words of Debian 13 come from JSON, a line for each utterance', () => {
  const [words, ...others] = parseJsonLines(debian13);
  expect(others).toEqual([]);
  expect(words?.map((word) => word.text)).toEqual(['and', 'mr']);
  expect(words?.[1]).toMatchObject({ start: 0.37, end: 0.62, confidence: 0.989 });
});

test.each(['', 'hello', '{"b":', 'word one two three', '{"w":null}'])(
  'output that says nothing (%j) is no utterance',
  (output) => {
    expect(parseTimedLines(output)).toEqual([]);
    expect(parseJsonLines(output)).toEqual([]);
  },
);
