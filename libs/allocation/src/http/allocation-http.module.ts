import { Module } from '@nestjs/common';
import { CoresService } from '../cores.service.ts';
import { CpuLoadMeter } from '../cpu-load.adapter.ts';
import { HostControl } from '../host-control.adapter.ts';
import { MachinePaths } from '../machine-paths.ts';
import { MemoryService } from '../memory/memory.service.ts';
import { Planner } from '../planner.adapter.ts';
import { CoresController } from './cores.controller.ts';
import { MemoryController } from './memory.controller.ts';

/** The machine's cores and memory over HTTP. */
@Module({
  controllers: [CoresController, MemoryController],
  providers: [CoresService, CpuLoadMeter, HostControl, MachinePaths, MemoryService, Planner],
})
export class AllocationHttpModule {}
