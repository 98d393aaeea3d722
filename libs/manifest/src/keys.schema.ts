import { z } from 'zod';

const positive = z.number().int().positive();

/** Who keeps the topmost keys, and how the embedded keystore's master key is kept. */
export const keyProviderKinds = ['embedded', 'vault'] as const;
export const keySealKinds = ['file', 'passphrase', 'shamir', 'systemd-creds'] as const;

const vault = z.strictObject({
  address: z.url({ protocol: /^https?$/ }).describe('For example https://vault.example.org:8200; http on the loopback only.'),
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
    .optional(),
  roleIdFile: z.string().min(1),
  secretIdFile: z.string().min(1).describe('The secret id, or a wrapping token that holds it once.'),
  caFile: z.string().min(1).optional().describe("Certificates that may sign the server's: no others are trusted then."),
});

/** The shape of `keys` in the manifest. */
export const keysSchema = z
  .strictObject({
    provider: z.enum(keyProviderKinds).describe('Who keeps the topmost keys.'),
    seal: z.enum(keySealKinds).describe('How the embedded keystore keeps its master key when it is made.'),
    cacheMinutes: positive.max(60).describe('How long reading goes on while the key provider is away.'),
    backupWindowDays: positive.describe(
      'Backups older than this are gone; what they hold of erased data becomes unreadable with them.',
    ),
    vault: vault.optional(),
  })
  .refine(({ provider, vault }) => provider === 'embedded' || vault !== undefined, {
    path: ['vault'],
    message: 'is needed when the provider is vault',
  });
