export * from './api-client.ts';
export * from './key-provider-contract.ts';
export * from './organisations.ts';
export * from './people.ts';
export * from './servers.ts';
export * from './test-appliance.ts';
export * from './test-database.ts';
export * from './test-keystore.ts';
