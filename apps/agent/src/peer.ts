import { agentError } from '#agent-protocol';

/** Whom a connection comes from, as the kernel says: proven, other than the actor that a caller claims. */
export interface Peer {
  pid: number;
  uid: number;
  /** The service that the process belongs to; null: none. */
  unit: string | null;
}

/** The one service that may have the machine changed. */
const apiUnit = 'holdfast-api.service';

/**
 * Lets root, the agent's own account and the api's service have the machine changed: not a worker of the same account, nor a person in the socket's group.
 * Throws AGENT_PEER_REFUSED.
 */
export function requirePeer(peer: Peer | null, ownUid: number): asserts peer is Peer {
  if (peer && (peer.uid === 0 || peer.uid === ownUid || peer.unit === apiUnit)) return;
  const who = peer ? `account ${peer.uid} in ${peer.unit ?? 'no service'}` : 'whoever it cannot tell';
  throw agentError('AGENT_PEER_REFUSED', `The agent changes nothing for ${who}.`, `Only ${apiUnit} and root may ask for that.`);
}
