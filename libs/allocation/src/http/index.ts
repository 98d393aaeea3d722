export { CoresService } from '../cores.service.ts';
export { MachinePaths } from '../machine-paths.ts';
export { AllocationHttpModule } from './allocation-http.module.ts';
