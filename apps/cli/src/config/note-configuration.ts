import { findDrift, GenerationLog, placeOf, recordFirstGeneration } from '#generations';
import { asHoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { configAuthor } from './config-author.ts';

/** Records a first generation of the manifest where there is none; answers what somebody should know about it. Never throws. */
export async function noteConfiguration(appliance: Appliance): Promise<string | undefined> {
  try {
    const log = new GenerationLog(placeOf(appliance));
    await recordFirstGeneration(log, configAuthor());
    const { state } = await findDrift(log);
    if (state === 'edited') return `${appliance.manifestFile} was edited by hand: ./holdfast config drift`;
    if (state === 'profile-changed') return 'The profile says something else than it did: ./holdfast config drift';
  } catch (thrown) {
    const { message, action } = asHoldfastError(thrown);
    return `The configuration is not recorded: ${message} ${action ?? ''}`.trimEnd();
  }
}
