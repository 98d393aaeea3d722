import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { type AnswerOf, HoldfastError, type InputOf } from '#kernel';
import { historyMetrics, meaningfulLabels, windowSeconds } from '../domain/history-metrics.ts';
import type { getTelemetryHistory } from '../http/history.contract.ts';
import { PrometheusClient } from './prometheus.adapter.ts';

type History = AnswerOf<typeof getTelemetryHistory>;

/** Prometheus refuses more (11 000 a line); this many draw any picture. */
const mostPoints = 2000;

/** What was measured, for whoever may see the box. */
@Injectable()
export class HistoryService {
  constructor(@Inject(PrometheusClient) private readonly prometheus: PrometheusClient) {}

  /** Throws TELEMETRY_RANGE_INVALID, TELEMETRY_HISTORY_UNAVAILABLE. */
  async read({ metric, from, to, step }: InputOf<typeof getTelemetryHistory>['query']): Promise<History> {
    requireAccess('box.read');
    const [start, end] = [new Date(from), to ? new Date(to) : new Date()];
    const points = (end.getTime() - start.getTime()) / 1000 / step;
    if (points <= 0 || points > mostPoints)
      throw new HoldfastError('TELEMETRY_RANGE_INVALID', {
        kind: 'invalid',
        message: `From ${from} to ${end.toISOString()} in steps of ${step} s are no points, or more than ${mostPoints}.`,
        action: 'Let the end come after the beginning, and take longer steps for a longer time.',
      });
    const { over, unit } = historyMetrics[metric];
    const window = windowSeconds(step, this.prometheus.scrapeSeconds);
    const lines = await this.prometheus.range(over(window), start, end, step);
    return {
      metric,
      unit,
      stepSeconds: step,
      lines: lines.map(({ labels, points: all }) => ({
        labels: meaningfulLabels(metric, labels),
        points: all.map(({ atSeconds, value }) => ({ at: new Date(atSeconds * 1000).toISOString(), value })),
      })),
    };
  }
}
