import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { APPLIANCE } from '#database';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { boxPrometheusPort, noPrometheusBecause, prometheusAuthorization, readLiveState } from '#supervisor';

const matrix = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

const buildInfo = z.object({ status: z.literal('success'), data: z.object({ version: z.string() }) });

/** A line of the history: what it is of, and its points. */
export interface HistoryLine {
  labels: Record<string, string>;
  points: { atSeconds: number; value: number }[];
}

const answerMs = 25_000;

/** The private Prometheus, or the one of the box: asked over the loopback with its password. */
@Injectable()
export class PrometheusClient {
  constructor(@Inject(APPLIANCE) private readonly appliance: Appliance) {}

  /** How often it measures. */
  get scrapeSeconds(): number {
    return this.appliance.monitoring.scrapeSeconds;
  }

  /** Points of a query. Throws TELEMETRY_HISTORY_UNAVAILABLE with the reason. */
  async range(query: string, from: Date, to: Date, stepSeconds: number): Promise<HistoryLine[]> {
    const words = new URLSearchParams({
      query,
      start: String(from.getTime() / 1000),
      end: String(to.getTime() / 1000),
      step: String(stepSeconds),
    });
    const { data } = await this.ask(`/api/v1/query_range?${words}`, matrix);
    return data.result.map(({ metric, values }) => ({
      labels: metric,
      // What is no number (a quantile of nothing) is no point.
      points: values
        .map(([atSeconds, value]) => ({ atSeconds, value: Number(value) }))
        .filter(({ value }) => Number.isFinite(value)),
    }));
  }

  /** Which version answers. Throws TELEMETRY_HISTORY_UNAVAILABLE with the reason. */
  async version(): Promise<string> {
    return (await this.ask('/api/v1/status/buildinfo', buildInfo)).data.version;
  }

  private async ask<Answer>(path: string, shape: z.ZodType<Answer>): Promise<Answer> {
    const found = shape.safeParse(await this.fetch(path));
    if (!found.success) throw away('Prometheus gave an answer that is none.');
    return found.data;
  }

  private async fetch(path: string): Promise<unknown> {
    const address = this.address();
    try {
      const headers = { authorization: prometheusAuthorization(this.appliance) };
      const answer = await fetch(`${address}${path}`, { headers, signal: AbortSignal.timeout(answerMs), redirect: 'error' });
      if (answer.ok) return await answer.json();
      await answer.arrayBuffer();
      throw away(`Prometheus at ${address} answers ${answer.status}.`);
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      throw away(`Prometheus at ${address} does not answer.`, error);
    }
  }

  private address(): string {
    const reason = noPrometheusBecause(this.appliance);
    if (reason) throw away(reason);
    const port = this.appliance.monitoring.port ?? (this.appliance.isRunBySystemd ? boxPrometheusPort : null);
    const supervised = readLiveState(this.appliance)?.services.find(({ name }) => name === 'prometheus');
    const address = supervised?.address ?? (port === null ? undefined : `http://127.0.0.1:${port}`);
    if (!address) throw away('No Prometheus has been started.');
    return address;
  }
}

function away(reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError('TELEMETRY_HISTORY_UNAVAILABLE', {
    kind: 'unavailable',
    message: `There is no history of measurements: ${reason}`,
    action: 'What is measured now is shown all the same. docs/guides/monitoring.md says how the history is kept.',
    cause,
  });
}
