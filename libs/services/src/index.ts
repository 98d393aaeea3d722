export { chooseHost } from './choose-host.ts';
export { type HostedService, interruptionOf, type ServiceKind, type ServiceState } from './domain/hosted-service.ts';
export type { LogLevel, LogLine } from './domain/log-line.ts';
export type { LogPage, LogQuery, ServiceHost } from './service-host.ts';
