import { z } from 'zod';
import { doOverlap, type NetworkRange, readNetwork } from './network-range.ts';

/** What a zone may be let reach. */
export const zoneServices = ['portal', 'api', 'metrics', 'ssh'] as const;

const zone = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'a name of small letters, digits and hyphens')
    .describe('How it is called: office, laboratory, here.'),
  networks: z
    .array(z.string().refine((text) => readNetwork(text) !== undefined, 'a network such as 192.168.10.0/24 or fd00:1::/64'))
    .min(1)
    .describe('Its networks in CIDR notation, without bits behind the prefix; no address may belong to two zones.'),
  allow: z
    .array(z.enum(zoneServices))
    .describe(
      'What may be reached from there. portal: the pages; api: programs with a token; metrics; ssh: the machine itself.',
    ),
});

/** The shape of `zones` in the manifest: networks by name, and what may be reached from each. From everywhere else nothing is. */
export const zonesSchema = z.array(zone).superRefine((zones, context) => {
  const report = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const seen: { text: string; zone: string; range: NetworkRange }[] = [];
  for (const [index, { name, networks, allow }] of zones.entries()) {
    if (zones.findIndex((other) => other.name === name) !== index) report([index, 'name'], `"${name}" is declared twice`);
    if (new Set(allow).size !== allow.length) report([index, 'allow'], 'names something twice');
    for (const [place, text] of networks.entries()) {
      const range = readNetwork(text);
      const other = range && seen.find((former) => doOverlap(former.range, range));
      if (other) report([index, 'networks', place], `has addresses in common with ${other.text} of the zone "${other.zone}"`);
      if (range) seen.push({ text, zone: name, range });
    }
  }
});
export type ZoneSettings = z.output<typeof zone>;
