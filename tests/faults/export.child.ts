import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { DatabaseModule } from '#database';
import { runAs, type TenantContext } from '#kernel';
import { passphraseBytes } from '#keys';
import type { Appliance } from '#manifest';
import { ExportService, MediaModule } from '#media';
import { QueueModule } from '#queue';

// Writes a sealed export until it is done or killed: export.child.ts APPLIANCE CONTEXT FOLDER PASSPHRASE
const [appliance = '', context = '', folder = '', passphrase = ''] = process.argv.slice(2);
const known = { ...(JSON.parse(context) as TenantContext), permissions: new Set(['asset.download']) } as TenantContext;
class Exporting {}
Module({ imports: [DatabaseModule.of(JSON.parse(appliance) as Appliance), QueueModule, AuditModule, MediaModule] })(Exporting);
const services = await NestFactory.createApplicationContext(Exporting, { logger: false, abortOnError: false });
const order = { folder, filter: {}, passphrase: passphraseBytes(passphrase), signal: new AbortController().signal };
const tally = await runAs(known, () => services.get(ExportService, { strict: false }).run(order));
process.stdout.write(`${JSON.stringify(tally)}\n`);
await services.close();
