import type { VirtualMachine } from './machine/virtual-machine.ts';

/** Who first-boot.sh makes the first administrator. */
const administrator = { email: 'box@example.org', password: 'a long enough password for a box' };
const cookies = '/root/box-cookies';
const requestSeconds = 300;
const bootSeconds = 900;

/** What the api answered. */
export interface ApiAnswer {
  status: number;
  body: unknown;
}

/** Speaks to the appliance as a browser on the box does: through nginx and TLS, with a session of the administrator. */
export class BoxApi {
  private readonly machine: VirtualMachine;

  private constructor(machine: VirtualMachine) {
    this.machine = machine;
  }

  /** Signs in, once everything that starts at a boot has started. Throws with what the api says. */
  static async signIn(machine: VirtualMachine): Promise<BoxApi> {
    const api = new BoxApi(machine);
    await machine.run('systemctl is-system-running --wait', bootSeconds);
    await api.need('POST', '/session', administrator);
    return api;
  }

  async get<Body>(path: string): Promise<Body> {
    return (await this.need('GET', path)) as Body;
  }

  async post<Body>(path: string, body: object): Promise<Body> {
    return (await this.need('POST', path, body)) as Body;
  }

  /** Sends a file of the box as an upload that is whole at once (tus 1.0.0, creation-with-upload); answers the id of its asset. */
  async upload(file: string): Promise<string> {
    const metadata = `filename $(basename ${file} | tr -d '\\n' | base64 -w0)`;
    const headers = await this.machine.tell(
      this.curl('POST', '/uploads', [
        `-D - -o /dev/null --data-binary @${file} -H 'Tus-Resumable: 1.0.0' -H 'Content-Type: application/offset+octet-stream'`,
        `-H "Upload-Length: $(stat -c %s ${file})" -H "Upload-Metadata: ${metadata}"`,
      ]),
      requestSeconds,
    );
    const asset = /^holdfast-asset-id: (\S+)/im.exec(headers)?.[1];
    if (asset === undefined) throw new Error(`the upload of ${file} brought no asset: ${headers}`);
    return asset;
  }

  /** SHA-256 of the original of an asset, as it is given out. */
  async originalHash(asset: string): Promise<string> {
    const out = await this.machine.tell(
      `${this.curl('GET', `/assets/${asset}/original`, ['--fail'])} | sha256sum`,
      requestSeconds,
    );
    return out.split(' ')[0] ?? '';
  }

  private async need(method: string, path: string, body?: object): Promise<unknown> {
    const sent =
      body === undefined ? '' : `-H 'Content-Type: application/json' --data-binary @- <<'END'\n${JSON.stringify(body)}\nEND`;
    const output = await this.machine.tell(this.curl(method, path, [`-w '\\n%{http_code}'`, sent]), requestSeconds);
    const [, text = '', status = '0'] = /^([\s\S]*?)\n?(\d{3})$/.exec(output) ?? [];
    if (!/^2/.test(status)) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 1000)}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  private curl(method: string, path: string, words: readonly string[]): string {
    const common = `curl -sSk --max-time ${requestSeconds} -X ${method} -b ${cookies} -c ${cookies} -H 'X-Holdfast-Request: 1'`;
    return `${common} 'https://localhost/api/v1${path}' ${words.join(' ')}`;
  }
}
