import { Module } from '@nestjs/common';
import { CoresService } from '../cores.service.ts';
import { CpuLoadMeter } from '../cpu-load.adapter.ts';
import { HostControl } from '../host-control.adapter.ts';
import { MachinePaths } from '../machine-paths.ts';
import { Planner } from '../planner.adapter.ts';
import { CoresController } from './cores.controller.ts';

/** The machine's cores over HTTP. */
@Module({ controllers: [CoresController], providers: [CoresService, CpuLoadMeter, HostControl, MachinePaths, Planner] })
export class AllocationHttpModule {}
