export * from './appliance-state.ts';
export * from './appliance-status.ts';
export { askForRestart, controlSocketOf } from './control-socket.adapter.ts';
export { emptyScratch, prepareHome } from './home-folders.ts';
export { endLeftOvers } from './left-overs.ts';
export { ensureSecret, metricsTokenFile } from './metrics-secrets.ts';
export { isApiReady } from './node-service.ts';
export { listOldLogs, type OldLog, removeOldLogs } from './old-logs.ts';
export * from './postgres.ts';
export * from './postgres-files.ts';
export * from './process-identity.ts';
export * from './product-database.ts';
export {
  boxPrometheusPort,
  noPrometheusBecause,
  prepareBoxPrometheus,
  prometheusAuthorization,
  startPrivatePrometheus,
} from './prometheus.ts';
export { boxExporters, prometheusArguments, renderPrometheusConfig, renderPrometheusWeb } from './prometheus-files.ts';
export * from './redis.ts';
export * from './redis-protocol.ts';
export * from './run-lock.ts';
export { enterServerAccount, planView } from './server-account.ts';
export * from './server-process.ts';
export * from './server-user.ts';
export * from './service-notice.adapter.ts';
export * from './service-status.ts';
export * from './supervised-service.ts';
export * from './supervisor.ts';
export { certificateFiles, nginxStatusPath, renderNginxSite } from './units/nginx-site.ts';
export * from './units/system-files.ts';
export * from './units/systemctl.adapter.ts';
export * from './units/unit-list.ts';
export * from './units/unit-status.ts';
