export { ExportLock, type ExportLockRecord, exportLockSchema } from './export-lock.ts';
export { newPassphraseBytes, passphraseBytes, passphraseRule } from './passphrase-rule.ts';
