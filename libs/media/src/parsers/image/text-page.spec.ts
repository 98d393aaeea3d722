import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { drawableText, drawTextPage } from './text-page.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Share of dark pixels in the left and in the right half of a page, and how far down there are any. */
async function inkOf(png: Buffer | undefined) {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  let [left, right, lowest] = [0, 0, 0];
  for (let y = 0; y < info.height; y++)
    for (let x = 0; x < info.width; x++)
      if ((data[y * info.width + x] as number) < 128) {
        if (x < info.width / 2) left++;
        else right++;
        lowest = y;
      }
  return { left, right, lowest, width: info.width, height: info.height };
}

test('a text becomes a page with its lines from the top', async () => {
  const short = await inkOf(await drawTextPage({ text: 'Dear diary,\n\nthe tide was high.' }));
  expect(short).toMatchObject({ width: 1000, height: 1414 });
  expect(short.left).toBeGreaterThan(100);
  const long = await inkOf(await drawTextPage({ text: 'another line\n'.repeat(60) }));
  expect(long.lowest).toBeGreaterThan(short.lowest * 4);
});

test('what is written from right to left begins at the right', async () => {
  const hebrew = await inkOf(await drawTextPage({ text: 'שלום\nעולם' }));
  expect(hebrew.right).toBeGreaterThan(50);
  expect(hebrew.left).toBe(0);
  const english = await inkOf(await drawTextPage({ text: 'peace\nworld' }));
  expect(english.right).toBe(0);
});

test('markup is shown as it is, and changes nothing of the page', async () => {
  const marked = await inkOf(await drawTextPage({ text: '<span size="900000">x</span> & <b' }));
  expect(marked.lowest).toBeLessThan(140);
});

test('nothing that can be seen is no page', async () => {
  for (const text of ['', ' \n\t\n ', '\u202e\u2066\u0007']) expect(await drawTextPage({ text })).toBeUndefined();
});

test('whatever the text, a page is drawn within its bounds', async () => {
  const unit = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u0301'.repeat(500), '\ud800', '\u202e', '﷽'.repeat(200), '<', '&'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(unit, { maxLength: 40 }), async (parts) => {
      const text = parts.join('');
      const drawable = drawableText(text);
      expect(drawable).not.toMatch(/[\p{Cs}\u202a-\u202e\u2066-\u2069]|\p{M}{5}/u);
      expect(drawable.split('\n').length).toBeLessThanOrEqual(64);
      const png = await drawTextPage({ text });
      if (png) expect(await sharp(png).metadata()).toMatchObject({ width: 1000, height: 1414 });
    }),
    { numRuns: 40 },
  );
});
