import { Module } from '@nestjs/common';
import { CoresService } from '../cores.service.ts';
import { CpuLoadMeter } from '../cpu-load.adapter.ts';
import { GpuService } from '../gpu/gpu.service.ts';
import { HostControl } from '../host-control.adapter.ts';
import { MachinePaths } from '../machine-paths.ts';
import { MemoryService } from '../memory/memory.service.ts';
import { PostgresFigures } from '../memory/postgres-figures.repository.ts';
import { Planner } from '../planner.adapter.ts';
import { BudgetDomains } from '../reconcile/budget-domains.ts';
import { CoresController } from './cores.controller.ts';
import { GpuController } from './gpu.controller.ts';
import { MemoryController } from './memory.controller.ts';

/** The machine's cores, memory and graphics cards over HTTP. */
@Module({
  controllers: [CoresController, GpuController, MemoryController],
  providers: [
    BudgetDomains,
    CoresService,
    CpuLoadMeter,
    HostControl,
    MachinePaths,
    GpuService,
    MemoryService,
    Planner,
    PostgresFigures,
  ],
  exports: [CoresService],
})
export class AllocationHttpModule {}
