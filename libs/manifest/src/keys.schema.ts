import { z } from 'zod';

const positive = z.number().int().positive();

/** Who keeps the topmost keys, and how the embedded keystore's master key is kept. */
export const keyProviderKinds = ['embedded', 'vault'] as const;
export const keySealKinds = ['file', 'passphrase', 'shamir', 'systemd-creds'] as const;

/** A plain address leads nowhere but to this machine, and names a server, nothing below it. */
function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(address);
  const isBare = pathname === '/' && search + hash + username + password === '';
  return isBare && (protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)));
}

const vault = z.strictObject({
  address: z
    .url()
    .refine(isSafeAddress, 'https://HOST:PORT and nothing more; http on the loopback only')
    .describe('For example https://vault.example.org:8200; http on the loopback only.'),
  mount: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/)
    .describe('Where the transit engine is mounted.'),
  authMount: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/)
    .default('approle')
    .describe('Where AppRole is mounted.'),
  namespace: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*\/?$/)
    .optional()
    .describe('Where the server has several.'),
  roleIdFile: z.string().min(1).describe('File with the role that the appliance signs in as.'),
  secretIdFile: z.string().min(1).describe('Read at every login: it may be replaced at any time.'),
  caFile: z.string().min(1).optional().describe("Certificates that may sign the server's: no others are trusted then."),
});

/** The shape of `keys` in the manifest. */
export const keysSchema = z
  .strictObject({
    provider: z.enum(keyProviderKinds).describe('Who keeps the topmost keys.'),
    seal: z.enum(keySealKinds).describe('How the embedded keystore keeps its master key when it is made.'),
    socket: z
      .string()
      .regex(/^\/[^\0]{1,100}$/, 'a whole path of at most 101 letters')
      .optional()
      .describe(
        'Socket of a keystore that the machine runs under an account of its own (docs/guides/keys.md); without it the appliance runs one itself.',
      ),
    cacheMinutes: positive.max(60).describe('How long reading goes on while the key provider is away.'),
    backupWindowDays: positive.describe(
      'Backups older than this are gone; what they hold of erased data becomes unreadable with them.',
    ),
    vault: vault.optional().describe('The server, where the provider is vault.'),
  })
  .refine(({ provider, vault }) => provider === 'embedded' || vault !== undefined, {
    path: ['vault'],
    message: 'is needed when the provider is vault',
  });
