import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Appliance } from '#manifest';
import { certificateFiles, renderNginxSite } from '#supervisor';

const program = '/usr/sbin/nginx';

/** Why no nginx can be started here. */
export function noNginxBecause(): string | undefined {
  const lacking = [program, '/usr/bin/openssl'].filter((path) => !existsSync(path));
  return lacking.length > 0 ? `not on this machine: ${lacking.join(', ')}` : undefined;
}

/** A port of the loopback that nobody has. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

/** Debian's nginx with the site that the installer writes, on the loopback only. */
export class MadeNginx {
  private readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-nginx-'));
  private readonly port: number;
  private readonly process: ChildProcess;

  constructor(appliance: Appliance) {
    this.port = appliance.services.nginx.port;
    writeFileSync(join(this.folder, 'nginx.conf'), this.configuration(appliance));
    this.process = spawn(program, ['-p', this.folder, '-c', 'nginx.conf', '-e', 'errors', '-g', 'daemon off;']);
  }

  private configuration(appliance: Appliance): string {
    const [certificate, key] = ['server.crt', 'server.key'].map((name) => join(this.folder, name)) as [string, string];
    const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=box.test';
    execFileSync('/usr/bin/openssl', [...words.split(' '), '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    mkdirSync(join(this.folder, 'temporary'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path temporary/${name};`,
    );
    const site = renderNginxSite(appliance)
      .join('\n')
      .replaceAll(certificateFiles.certificate, certificate)
      .replaceAll(certificateFiles.key, key)
      .replace(`listen ${this.port} ssl`, `listen 127.0.0.1:${this.port} ssl`)
      .replace(`listen [::]:${this.port} ssl default_server;`, '');
    return `worker_processes 1;\npid nginx.pid;\nevents {}\nhttp {\n${temporary.join('\n')}\n${site}\n}\n`;
  }

  /** Waits until it answers. Throws with what it says where it does not start. */
  async started(): Promise<this> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (this.process.exitCode !== null) throw new Error(readFileSync(join(this.folder, 'errors'), 'utf8'));
      const answer = await this.get('/health/live').catch(() => undefined);
      if (answer) return this;
      await sleep(50);
    }
    throw new Error('nginx does not answer');
  }

  get(path: string, more: RequestOptions = {}): Promise<{ status: number; text: string }> {
    const options = { host: '127.0.0.1', port: this.port, path, rejectUnauthorized: false, agent: false, ...more };
    return new Promise((settle, fail) => {
      const asked = request(options, (answer) => {
        let text = '';
        answer.on('data', (part: Buffer) => {
          text += part;
        });
        answer.on('end', () => settle({ status: answer.statusCode ?? 0, text }));
      });
      asked.on('error', fail);
      asked.end();
    });
  }

  async stop(): Promise<void> {
    const ended = this.process.exitCode === null ? once(this.process, 'exit') : undefined;
    this.process.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
