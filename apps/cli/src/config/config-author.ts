import { readEnvironment } from '#manifest';
import { currentOsUser, findOsUser } from '#supervisor';

/** Whoever calls this command, as a label: the account, or who stands behind sudo. */
export function configAuthor(): string {
  const { sudoUid } = readEnvironment();
  const account = currentOsUser().name;
  const behind = sudoUid ? findOsUser(String(sudoUid))?.name : undefined;
  return behind && behind !== account ? `${behind} (as ${account})` : account;
}
