import { expect, test } from 'vitest';
import { declareCommand, environmentForChildren, readEnvironment } from './environment.ts';

test('a command logs little, and never to where its answer goes; what it starts logs as services do', () => {
  const environment: NodeJS.ProcessEnv = { PATH: '/usr/bin' };
  expect(readEnvironment(environment)).toMatchObject({ logLevel: 'info', logDescriptor: 1 });
  declareCommand(environment);
  expect(readEnvironment(environment)).toMatchObject({ logLevel: 'warn', logDescriptor: 2 });
  expect(readEnvironment(environmentForChildren(environment))).toMatchObject({ logLevel: 'info', logDescriptor: 1 });
  expect(readEnvironment({ ...environment, HOLDFAST_LOG_LEVEL: 'debug' }).logLevel).toBe('debug');
});
