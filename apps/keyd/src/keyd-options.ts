import { parseArgs } from 'node:util';
import { HoldfastError } from '#kernel';
import { type KeystoreOptions, keystorePlace, sealKinds } from '#keystore';
import { loadAppliance } from '#manifest';

function invalid(what: string): HoldfastError {
  return new HoldfastError('KEYD_OPTION_INVALID', {
    kind: 'invalid',
    message: `The keystore cannot start: ${what}.`,
    action: 'Compare the unit with systemd/holdfast-keyd.service.',
  });
}

const options = {
  folder: { type: 'string' },
  socket: { type: 'string' },
  seal: { type: 'string', default: 'file' },
  group: { type: 'boolean', default: false },
  'unit-key': { type: 'string' },
  'unit-credential': { type: 'string' },
} as const;

/**
 * What the keystore is to do: by the words of its unit, or as the manifest says where there are none, which is how the appliance starts it. A unit
 * reads no manifest: whoever may write that has no say in how somebody else's process runs. Throws KEYD_OPTION_INVALID.
 */
export function readKeydOptions(words: readonly string[]): KeystoreOptions {
  if (words.length === 0) {
    const appliance = loadAppliance();
    return { ...keystorePlace(appliance), seal: appliance.keys.seal };
  }
  const values = parse(words);
  const { folder, socket, group, 'unit-key': keyFile, 'unit-credential': sealedFile } = values;
  if (!folder?.startsWith('/') || !socket?.startsWith('/')) throw invalid('it needs --folder and --socket, both whole paths');
  const seal = sealKinds.find((kind) => kind === values.seal);
  if (!seal) throw invalid(`there is no seal ${values.seal}`);
  const unitKey = keyFile && sealedFile ? { keyFile, sealedFile } : undefined;
  return { folder, socketPath: socket, seal, servesGroup: group, ...(unitKey ? { unitKey } : {}) };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, strict: true }).values;
  } catch (cause) {
    throw invalid((cause as Error).message.replace(/\.?$/, ''));
  }
}
