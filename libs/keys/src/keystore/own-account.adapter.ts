import { userInfo } from 'node:os';

/** The account that this process runs under. */
export function ownAccount(): { uid: number; name: string } {
  const uid = process.getuid?.() ?? -1;
  try {
    return { uid, name: userInfo().username };
  } catch {
    // An account without an entry in the list of accounts.
    return { uid, name: `uid ${uid}` };
  }
}
