import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, test } from 'vitest';
import { AuditModule } from '#audit';
import { DatabaseModule, SystemDatabase } from '#database';
import { newId, runAs } from '#kernel';
import { ErasureCertificates, KEY_PROVIDER, KeyErasure, Keyring, KeysJobsModule, KeysModule, KeyUpkeep } from '#keys';
import { addOrganisation, createTestAppliance, startTestKeystore } from '#testing';

test('a process gets its keyring from the manifest: keys are made, opened, looked after and destroyed', async () => {
  const { appliance, remove } = await createTestAppliance();
  const keystore = await startTestKeystore();
  const socketFolder = dirname(keystore.socketPath);
  // The database of a test run is shared, its keystore is not.
  symlinkSync(join(appliance.socketFolder, '.s.PGSQL.5432'), join(socketFolder, '.s.PGSQL.5432'));
  Object.assign(appliance, { keystoreSocket: keystore.socketPath, socketFolder });
  @Module({ imports: [DatabaseModule.of(appliance), AuditModule, KeysModule, KeysJobsModule] })
  class Process {}
  const app = await NestFactory.createApplicationContext(Process, { logger: false, abortOnError: false });
  try {
    expect(await app.get(KEY_PROVIDER).health()).toMatchObject({ state: 'READY' });
    const museum = await addOrganisation(app.get(SystemDatabase));
    await runAs(museum, async () => {
      const objectId = newId();
      const { dataKey, wrapped } = await app.get(Keyring).newDataKey({ kind: 'person', id: newId() }, objectId);
      expect(await app.get(Keyring).openDataKey(wrapped, objectId)).toEqual(dataKey);
      expect((await app.get(KeyUpkeep).run()).problems).toEqual([]);
      await app.get(KeyErasure).destroyKey(wrapped.keyId);
      await expect(app.get(Keyring).openDataKey(wrapped, objectId)).rejects.toMatchObject({ code: 'KEYS_DESTROYED' });
      expect((await app.get(ErasureCertificates).ofKey(wrapped.keyId)).certificate).toMatchObject({ keyId: wrapped.keyId });
    });
  } finally {
    await app.close();
    await keystore.close();
    await remove();
  }
});
