import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { DatabaseModule } from '#database';
import { systemClock } from '#kernel';
import type { Appliance } from '#manifest';
import { MoverModule, MoverService } from '#storage';

// Recovers, moves what is due and removes old copies at one instant, until it is done or killed: mover.child.ts APPLIANCE INSTANT
const [text = '', instant = ''] = process.argv.slice(2);
systemClock.now = () => new Date(instant);
class Mover {}
Module({ imports: [DatabaseModule.of(JSON.parse(text) as Appliance), AuditModule, MoverModule] })(Mover);
const services = await NestFactory.createApplicationContext(Mover, { logger: ['error'], abortOnError: false });
const mover = services.get(MoverService, { strict: false });
await mover.recover();
await mover.runDue();
await mover.removeSources();
process.stdout.write('done\n');
await services.close();
