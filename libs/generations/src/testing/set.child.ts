import { GenerationLog } from '../generation-log.ts';
import { setInManifest } from '../manifest-changes.ts';
import type { ManifestPlace } from '../manifest-place.adapter.ts';

// Sets values until it is done or killed: set.child.ts PLACE ASSIGNMENT
const place = JSON.parse(process.argv[2] ?? '') as ManifestPlace;
process.stdout.write('begun\n');
await setInManifest(new GenerationLog(place), [process.argv[3] ?? ''], {
  author: 'child',
  reason: 'a change that may be killed',
});
process.stdout.write('done\n');
