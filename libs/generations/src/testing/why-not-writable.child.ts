import { type ManifestPlace, whyNotWritable } from '../manifest-place.adapter.ts';

// Says as whoever runs it why the manifest cannot be replaced: why-not-writable.child.ts PLACE
process.stdout.write(whyNotWritable(JSON.parse(process.argv[2] ?? '') as ManifestPlace) ?? 'it can');
