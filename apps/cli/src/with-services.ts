import type { INestApplicationContext, Type } from '@nestjs/common';
import type { Appliance } from '#manifest';
import { ensureRunning } from './running.ts';

/** The rooms that every command of this kind needs; heavy, so loaded only here. */
async function openServices(appliance: Appliance, rooms: Type[]): Promise<INestApplicationContext> {
  await import('reflect-metadata');
  const { NestFactory } = await import('@nestjs/core');
  const { CliModule } = await import('./cli.module.ts');
  return NestFactory.createApplicationContext(CliModule.of(appliance, rooms), { logger: ['error'], abortOnError: false });
}

/**
 * Runs work with the services of the running appliance, on its database. `rooms` loads the modules that this command needs beside those of
 * every command. Throws APPLIANCE_NOT_RUNNING.
 */
export async function withServices<Result>(
  appliance: Appliance,
  work: (services: INestApplicationContext) => Promise<Result>,
  rooms: () => Promise<Type[]> = async () => [],
): Promise<Result> {
  await ensureRunning(appliance);
  const services = await openServices(appliance, await rooms());
  try {
    return await work(services);
  } finally {
    await services.close();
  }
}
