import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { AllocationHttpModule, MachinePaths } from '#cores-http';
import { DatabaseModule } from '#database';
import { newId, runAs, type TenantContext } from '#kernel';
import type { Appliance } from '#manifest';
import { QueueModule } from '#queue';
import { ReconcileModule, ReconcileService } from '#reconcile';

// Applies a budget through the agent of a made-up machine and keeps it, unless it is killed: reconcile.child.ts APPLIANCE ORGANISATION PATHS VALUES
const [text = '', organisationId = '', paths = '', values = ''] = process.argv.slice(2);
const appliance = JSON.parse(text) as Appliance;
class Host {}
Module({ imports: [DatabaseModule.of(appliance), QueueModule, AuditModule, ReconcileModule, AllocationHttpModule] })(Host);
const services = await NestFactory.createApplicationContext(Host, { logger: false, abortOnError: false });
Object.assign(services.get(MachinePaths, { strict: false }), JSON.parse(paths));
const context: TenantContext = {
  organisationId,
  actor: { kind: 'command', id: 'test', label: 'Ada' },
  permissions: new Set(['box.read', 'box.change']),
  requestId: newId(),
};
await runAs(context, async () => {
  const reconcile = services.get(ReconcileService);
  const wished = JSON.parse(values) as Record<string, number>;
  const plan = await reconcile.plan('cores', wished);
  if (!plan.feasible) throw new Error(plan.message);
  const { planId, baseGeneration } = plan;
  const { changeId } = await reconcile.apply('cores', { planId, baseGeneration, values: wished, confirmSeconds: 120 });
  await reconcile.confirm('cores', changeId);
});
await services.close();
