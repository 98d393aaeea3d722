/** Who runs the keystore. */
export interface KeystoreKeeper {
  /** Name of the account, or `uid N` where the keystore does not say the same as its socket. */
  account: string;
  /** Whether that is another account than the appliance's, and so out of reach for whoever has taken that over. */
  isSeparate: boolean;
}

/**
 * Who runs a keystore, from what it says and whom its socket belongs to. The socket is what counts: the kernel gives it to whoever made it, in a
 * folder where nobody else can make one.
 */
export function judgeKeeper(
  said: { uid: number; name: string } | undefined,
  socketUid: number | undefined,
  applianceUid: number | undefined,
): KeystoreKeeper | null {
  if (socketUid === undefined) return null;
  const account = said?.uid === socketUid ? said.name : `uid ${socketUid}`;
  return { account, isSeparate: socketUid !== applianceUid };
}
