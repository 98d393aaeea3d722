import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findCheckout, profileFolder } from '../appliance.ts';
import { profiles } from '../manifest.schema.ts';
import { readManifest } from '../manifest-file.ts';
import { renderSettings } from './render-settings.ts';
import { settleFigures } from './settled-manifest.ts';

const folder = profileFolder(findCheckout());

test.each([...profiles])('the files of the profile %s are as they were agreed', async (profile) => {
  const files = renderSettings(settleFigures(readManifest(join(folder, `${profile}.yaml`), folder)));
  const golden = files.map(({ path, text }) => `== ${path}\n${text}`).join('\n');
  await expect(golden).toMatchFileSnapshot(join('golden', `${profile}.txt`));
});
