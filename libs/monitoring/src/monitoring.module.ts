import { Module } from '@nestjs/common';
import { AllocationHttpModule } from '#cores-http';
import { BoxPaths } from './box-paths.ts';
import { HardwareService } from './hardware/hardware.service.ts';
import { BoxMetrics } from './history/box-metrics.ts';
import { DatabaseFiguresRepository } from './history/database-figures.repository.ts';
import { HistoryService } from './history/history.service.ts';
import { NginxFiguresReader } from './history/nginx-figures.adapter.ts';
import { PrometheusClient } from './history/prometheus.adapter.ts';
import { QueueDepths } from './history/queue-depths.repository.ts';
import { HardwareController } from './http/hardware.controller.ts';
import { ProposalController } from './http/proposal.controller.ts';
import { SystemController } from './http/system.controller.ts';
import { TelemetryController } from './http/telemetry.controller.ts';
import { ProposalService } from './load/proposal.service.ts';
import { SliceLoadRecorder } from './load/slice-load.recorder.ts';
import { SliceLoadRepository } from './load/slice-load.repository.ts';
import { SliceLoadService } from './load/slice-load.service.ts';
import { BoxSampler } from './sampling/box-sampler.ts';
import { CardReader } from './sampling/card-reader.ts';
import { TelemetryService } from './sampling/telemetry.service.ts';
import { ServiceBeacon } from './service-beacon.ts';
import { SystemRepository } from './system.repository.ts';
import { SystemService } from './system.service.ts';

/** The machine and what runs on it, over HTTP. */
@Module({
  imports: [AllocationHttpModule],
  controllers: [SystemController, HardwareController, TelemetryController, ProposalController],
  providers: [
    SystemService,
    SystemRepository,
    BoxPaths,
    HardwareService,
    BoxSampler,
    CardReader,
    TelemetryService,
    SliceLoadRepository,
    SliceLoadRecorder,
    SliceLoadService,
    ProposalService,
    QueueDepths,
    DatabaseFiguresRepository,
    NginxFiguresReader,
    BoxMetrics,
    PrometheusClient,
    HistoryService,
  ],
  exports: [BoxMetrics, BoxSampler, SliceLoadRepository, SliceLoadService, NginxFiguresReader, PrometheusClient],
})
export class MonitoringHttpModule {}

/** The recorded load alone, for commands. */
@Module({ providers: [SliceLoadRepository] })
export class SliceLoadModule {}

/** A worker's sign of life. */
@Module({ providers: [ServiceBeacon] })
export class MonitoringJobsModule {}
