import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { DatabaseModule } from '#database';
import { runAs, type TenantContext } from '#kernel';
import type { Appliance } from '#manifest';
import { RetentionJobsModule, RetentionRunner } from '#media';
import { QueueModule } from '#queue';

// Carries out a run that deletes until it is done or killed: retention.child.ts APPLIANCE ORGANISATION RUN
const [text = '', organisationId = '', runId = ''] = process.argv.slice(2);
const appliance = JSON.parse(text) as Appliance;
class Deletion {}
Module({ imports: [DatabaseModule.of(appliance), QueueModule, AuditModule, RetentionJobsModule] })(Deletion);
const services = await NestFactory.createApplicationContext(Deletion, { logger: false, abortOnError: false });
const context: TenantContext = {
  organisationId,
  actor: { kind: 'job', id: runId, label: 'retention.run' },
  permissions: new Set(['retention.read', 'retention.update']),
  requestId: runId,
};
await runAs(context, () => services.get(RetentionRunner).run(runId));
await services.close();
