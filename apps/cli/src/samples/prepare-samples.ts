import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fetchDebianSamples } from './debian-samples.adapter.ts';
import { makeSamples, writeSampleDocuments } from './made-samples.adapter.ts';

/** Fills `samplesFolder/media` with sample media and answers that folder: real ones from Debian packages, or, without network, made ones; it says which. */
export async function prepareSamples(
  samplesFolder: string,
  tell: (line: string) => void,
): Promise<{ folder: string; files: number }> {
  const folder = join(samplesFolder, 'media');
  mkdirSync(folder, { recursive: true });
  const fetched = await fetchDebianSamples(samplesFolder, tell);
  if (fetched.failure)
    tell(
      `Not every package could be fetched (${fetched.failure}); making samples on this machine beside ${fetched.files} fetched files`,
    );
  const made = fetched.failure ? await makeSamples(samplesFolder, tell) : 0;
  return { folder, files: fetched.files + made + writeSampleDocuments(folder) };
}
