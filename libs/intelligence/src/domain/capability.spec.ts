import { expect, test } from 'vitest';
import { describeCapabilities } from './capability.ts';

const descriptor = { name: 'visual-descriptor', version: '1.0.0', task: 'visual-descriptor' as const };

function capability(name: string, models: Parameters<typeof describeCapabilities>[0]['models']) {
  return describeCapabilities({ models, speechEngine: 'pocketsphinx 0.8', ocrEngine: null }).find((one) => one.name === name);
}

test('without a model for it, search by meaning says which kind would enable it and how to import one', () => {
  const meaning = capability('meaning', [descriptor]);
  expect(meaning).toMatchObject({ enabled: false, by: null });
  expect(meaning?.hint).toMatch(/CLIP or SigLIP.*models import FOLDER/);
});

test('a text–image model enables meaning and betters similarity', () => {
  const clip = { name: 'clip', version: '2.1.0', task: 'text-image-embedding' as const };
  expect(capability('meaning', [descriptor, clip])).toEqual({ name: 'meaning', enabled: true, by: 'clip 2.1.0', hint: null });
  expect(capability('similar', [descriptor, clip])?.by).toBe('visual-descriptor 1.0.0, clip 2.1.0');
});

test('speech works with what is installed, and says what would be better', () => {
  expect(capability('speech', [])).toMatchObject({
    enabled: true,
    by: 'pocketsphinx 0.8',
    hint: expect.stringContaining('Whisper'),
  });
  const whisper = { name: 'whisper', version: '1.0.0', task: 'speech-to-text' as const };
  expect(capability('speech', [whisper])).toMatchObject({ by: 'whisper 1.0.0', hint: null });
});

test('what is not installed is said to be missing', () => {
  expect(capability('ocr', [])).toMatchObject({ enabled: false, hint: 'Install tesseract-ocr.' });
});
