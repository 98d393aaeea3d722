import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { DatabaseModule } from '#database';
import { runAs, type TenantContext } from '#kernel';
import type { Appliance } from '#manifest';
import { ErasureJobsModule, ErasureRunHandler } from '#media';
import { QueueModule } from '#queue';
import { StorageModule } from '#storage';

// Carries out an erasure until it is done or killed: erasure.child.ts APPLIANCE CONTEXT ERASURE JOB
const [appliance, context, erasureId = '', id = ''] = process.argv.slice(2);
const known = JSON.parse(context ?? '') as TenantContext;
class Erasing {}
Module({
  imports: [
    DatabaseModule.of(JSON.parse(appliance ?? '') as Appliance),
    QueueModule,
    AuditModule,
    StorageModule,
    ErasureJobsModule,
  ],
})(Erasing);
const services = await NestFactory.createApplicationContext(Erasing, { logger: false, abortOnError: false });
const handler = services.get(ErasureRunHandler, { strict: false });
await runAs({ ...known, permissions: new Set() }, () =>
  handler.handle({ erasureId }, { id, attempt: 1, isLastAttempt: false, signal: new AbortController().signal }),
);
await services.close();
