import { z } from 'zod';
import { defineSocketEvent } from '#kernel';
import { assetStates, pipelineSteps, stepStates } from './asset.contract.ts';

const id = z.uuid();

export const assetChanged = defineSocketEvent({
  name: 'asset.changed',
  permission: 'asset.read',
  payload: z.object({
    id,
    state: z.enum(assetStates),
    version: z
      .number()
      .int()
      .describe(
        'Grows with every change of the asset. Events may overtake one another: ignore one that is older than what you know.',
      ),
  }),
});

export const ledgerAdvanced = defineSocketEvent({
  name: 'ledger.advanced',
  permission: 'asset.read',
  payload: z.object({ assetId: id, step: z.enum(pipelineSteps), state: z.enum(stepStates) }),
});

export const assetsRemoved = defineSocketEvent({
  name: 'assets.removed',
  permission: 'asset.read',
  payload: z.object({
    ids: z.array(id).describe('The first thousand of them.'),
    count: z.number().int().describe('How many were removed for good.'),
  }),
});
