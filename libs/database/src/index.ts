export * from './connection-settings.ts';
export * from './database.module.ts';
export * from './migrate.ts';
export * from './sql.ts';
export * from './tenant-database.ts';
export * from './transaction.ts';
