import { parseArgs } from 'node:util';
import { ownMachineMb } from './figures-folder.adapter.ts';
import { writeFigures } from './write-figures.ts';

// What holdfast-figures.service runs before each start of PostgreSQL, Redis, the api and the workers, and the installer beforehand.

const { values } = parseArgs({
  options: {
    manifest: { type: 'string', default: '/etc/holdfast/appliance.yaml' },
    profiles: { type: 'string', default: '/usr/lib/holdfast-agent/profiles' },
    folder: { type: 'string', default: '/etc/holdfast-plan' },
    /** For a machine that is being made on another. */
    elsewhere: { type: 'boolean', default: false },
  },
  strict: true,
});
const { elsewhere, ...places } = values;
const machineMb = elsewhere ? null : ownMachineMb();
process.exitCode = writeFigures({ ...places, machineMb }, (line) => void process.stderr.write(`${line}\n`)) ? 0 : 1;
