import { request } from 'node:https';
import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { nginxStatusPath } from '#supervisor';
import { type NginxFigures, parseNginxFigures } from '../domain/nginx-figures.ts';

const answerMs = 2000;
const longestAnswer = 4096;

/** Asks the nginx of a server for its figures, over the loopback. */
@Injectable()
export class NginxFiguresReader {
  constructor(@Inject(APPLIANCE) private readonly appliance: Appliance) {}

  /** Undefined where no nginx stands before the api, or it does not answer. */
  async read(): Promise<NginxFigures | undefined> {
    if (!this.appliance.isRunBySystemd) return undefined;
    return parseNginxFigures((await askNginx(this.appliance.services.nginx.port)) ?? '');
  }
}

function askNginx(port: number): Promise<string | undefined> {
  return new Promise((settle) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path: nginxStatusPath,
        // Its certificate is for the names that browsers use. Nothing is sent, and what comes is four lines of numbers.
        rejectUnauthorized: false,
        agent: false,
        signal: AbortSignal.timeout(answerMs),
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
          if (text.length > longestAnswer) asked.destroy();
        });
        answer.on('end', () => settle(answer.statusCode === 200 ? text : undefined));
        answer.on('error', () => settle(undefined));
      },
    );
    asked.on('error', () => settle(undefined));
    asked.on('close', () => settle(undefined));
    asked.end();
  });
}
