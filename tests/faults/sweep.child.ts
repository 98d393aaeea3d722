import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DatabaseModule } from '#database';
import type { Appliance } from '#manifest';
import { ObjectSweeper, ObjectSweepModule } from '#media';

// Sweeps the objects of an appliance until it is done or killed: sweep.child.ts APPLIANCE LATER_BY_HOURS
const [text = '', hours = '0'] = process.argv.slice(2);
const appliance = JSON.parse(text) as Appliance;
const now = Date.now;
Date.now = () => now() + Number(hours) * 3_600_000;
class Sweep {}
Module({ imports: [DatabaseModule.of(appliance), ObjectSweepModule] })(Sweep);
const services = await NestFactory.createApplicationContext(Sweep, { logger: false, abortOnError: false });
process.stdout.write(`${JSON.stringify(await services.get(ObjectSweeper, { strict: false }).sweep())}\n`);
await services.close();
