import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  generateKeyPairSync,
  KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';

/** What the stand-in answers: a status and JSON. */
export interface Answer {
  status: number;
  body?: unknown;
}

interface TransitKey {
  type: 'aes256-gcm96' | 'ed25519';
  minimumDecryption: number;
  minimumEncryption: number;
  minimumAvailable: number;
  versions: Map<number, Buffer | KeyObject>;
  /** Seconds since 1970. */
  madeAt: Map<number, number>;
}

interface Item {
  plaintext?: string;
  ciphertext?: string;
  associated_data?: string;
}

export const refusal = (status: number, ...errors: string[]): Answer => ({ status, body: { errors } });
const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64');

/** The transit engine as far as the appliance uses it, with the words and statuses of the real one. */
export class StandInTransit {
  readonly keys = new Map<string, TransitKey>();

  /** Answers one request below the engine's mount. */
  answer(method: string, path: string, body: Record<string, unknown>): Answer {
    const [verb = '', name = '', step = ''] = path.split('/');
    if (verb === 'keys' && !step) return method === 'GET' ? this.read(name) : this.make(name, body);
    const key = this.keys.get(name);
    // The real engine makes a key that it is asked to encrypt by.
    if (!key && verb === 'encrypt') {
      this.make(name, {});
      return this.answer(method, path, body);
    }
    if (!key) return refusal(400, 'encryption key not found');
    if (verb === 'keys') return this.change(key, step, body);
    if (verb === 'sign') return this.sign(key, body);
    if (verb === 'encrypt') return this.each(body, (item) => this.encrypt(key, item));
    if (verb === 'decrypt') return this.each(body, (item) => this.decrypt(key, item));
    return refusal(404, `no handler for route "transit/${path}"`);
  }

  private make(name: string, body: Record<string, unknown>): Answer {
    const type = (body.type ?? 'aes256-gcm96') as TransitKey['type'];
    if (!this.keys.has(name)) {
      const first = {
        type,
        minimumDecryption: 1,
        minimumEncryption: 0,
        minimumAvailable: 0,
        versions: new Map(),
        madeAt: new Map(),
      };
      this.keys.set(name, first);
      this.rotate(first);
    }
    return { ...this.read(name), status: 200 };
  }

  private rotate(key: TransitKey): void {
    const version = Math.max(0, ...key.versions.keys()) + 1;
    key.madeAt.set(version, Math.floor(Date.now() / 1000));
    key.versions.set(version, key.type === 'ed25519' ? generateKeyPairSync('ed25519').privateKey : randomBytes(32));
  }

  private read(name: string): Answer {
    const key = this.keys.get(name);
    if (!key) return { status: 404, body: { errors: [] } };
    const told = [...key.versions].filter(([version]) => version >= key.minimumDecryption);
    const keys = told.map(([version, material]) => [
      version,
      material instanceof KeyObject ? { public_key: rawPublicKey(material) } : key.madeAt.get(version),
    ]);
    const data = {
      type: key.type,
      latest_version: Math.max(...key.versions.keys()),
      min_decryption_version: key.minimumDecryption,
      min_encryption_version: key.minimumEncryption,
      min_available_version: key.minimumAvailable,
      keys: Object.fromEntries(keys),
    };
    return { status: 200, body: { data } };
  }

  private change(key: TransitKey, step: string, body: Record<string, unknown>): Answer {
    if (step === 'rotate') {
      this.rotate(key);
      return { status: 200, body: { data: {} } };
    }
    if (step === 'config') {
      key.minimumDecryption = Number(body.min_decryption_version ?? key.minimumDecryption);
      key.minimumEncryption = Number(body.min_encryption_version ?? key.minimumEncryption);
      return { status: 200, body: { data: {} } };
    }
    const minimum = Number(body.min_available_version);
    if (key.minimumEncryption === 0 || minimum > Math.min(key.minimumDecryption, key.minimumEncryption))
      return refusal(400, 'minimum available version cannot be higher than minimum encryption and decryption versions');
    key.minimumAvailable = minimum;
    for (const version of [...key.versions.keys()]) if (version < minimum) key.versions.delete(version);
    return { status: 200, body: { data: {} } };
  }

  private each(body: Record<string, unknown>, work: (item: Item) => Record<string, unknown>): Answer {
    const batch = body.batch_input as Item[] | undefined;
    const results = (batch ?? [body as Item]).map(work);
    const isFailed = results.some((result) => 'error' in result);
    if (batch) return { status: isFailed ? 400 : 200, body: { data: { batch_results: results } } };
    return isFailed ? refusal(400, String(results[0]?.error)) : { status: 200, body: { data: results[0] } };
  }

  private encrypt(key: TransitKey, { plaintext, associated_data }: Item): Record<string, unknown> {
    const version = Math.max(...key.versions.keys());
    const material = key.versions.get(version);
    if (!(material instanceof Buffer)) return { error: 'message encryption not supported for key type ed25519' };
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', material, nonce).setAAD(bytes(associated_data));
    const sealed = Buffer.concat([nonce, cipher.update(bytes(plaintext)), cipher.final(), cipher.getAuthTag()]);
    return { ciphertext: `vault:v${version}:${sealed.toString('base64')}`, key_version: version };
  }

  private decrypt(key: TransitKey, { ciphertext = '', associated_data }: Item): Record<string, unknown> {
    const [, number = '', text = ''] = /^vault:v(\d+):(.*)$/.exec(ciphertext) ?? [];
    const version = Number(number);
    if (version < key.minimumDecryption) return { error: 'ciphertext or signature version is disallowed by policy (too old)' };
    const material = key.versions.get(version);
    const sealed = bytes(text);
    if (!(material instanceof Buffer) || sealed.length < 28) return { error: 'invalid ciphertext' };
    try {
      const decipher = createDecipheriv('aes-256-gcm', material, sealed.subarray(0, 12)).setAAD(bytes(associated_data));
      decipher.setAuthTag(sealed.subarray(-16));
      return { plaintext: Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('base64') };
    } catch {
      return { error: 'cipher: message authentication failed' };
    }
  }

  private sign(key: TransitKey, body: Record<string, unknown>): Answer {
    const version = Math.max(...key.versions.keys());
    const material = key.versions.get(version);
    if (!material || material instanceof Buffer) return refusal(400, 'key type aes256-gcm96 does not support signing');
    const signature = sign(null, bytes(String(body.input)), material).toString('base64');
    return { status: 200, body: { data: { signature: `vault:v${version}:${signature}`, key_version: version } } };
  }
}

function rawPublicKey(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(12).toString('base64');
}
