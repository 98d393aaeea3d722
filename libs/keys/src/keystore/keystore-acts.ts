import { newId } from '#kernel';

/** Something that was done to the keystore as a whole, for the audit. Holds nothing secret. */
export interface KeystoreAct {
  /** Its id in the audit: whoever writes acts down knows by it what is there already. */
  id: string;
  at: string;
  action: string;
  /** Who did it, as the caller said; null where he did not. Nothing proves it. */
  by: string | null;
  detail: Record<string, unknown>;
}

const mostActs = 200;
const longestName = 120;

const actions: Record<string, string> = {
  initialise: 'keystore.made',
  unseal: 'keystore.unsealed',
  seal: 'keystore.sealed',
  reseal: 'keystore.resealed',
  shares: 'keystore.shares-made',
};
/** A secret that did not fit, whatever it was for. */
const refusals = new Set(['KEYS_UNSEAL_FAILED', 'KEYS_PROOF_NEEDED', 'KEYS_OPERATORS_ONLY']);

function nameIn(head: Record<string, unknown>): string | null {
  // Whoever calls chooses it: nothing in it may look like anything else in a log or a table.
  return typeof head.by === 'string' ? head.by.replaceAll(/[^\p{L}\p{N} ._()@-]/gu, '').slice(0, longestName) : null;
}

/**
 * What was done to the keystore since it was started, the newest 200: kept here until the appliance has written it into the audit, which
 * may be away just when somebody locks the keys.
 */
export class KeystoreActs {
  readonly #acts: KeystoreAct[] = [];

  /** The acts, the oldest first. */
  get all(): readonly KeystoreAct[] {
    return this.#acts;
  }

  /** The newest act; null before the first. */
  get last(): KeystoreAct | null {
    return this.#acts.at(-1) ?? null;
  }

  /** Notes what a message has done, or that it was refused; other messages than those about the keystore as a whole are not noted. */
  note(head: Record<string, unknown>, refusal?: string): void {
    const { verb, seal, secret, proof } = head;
    const action = Object.hasOwn(actions, String(verb)) ? actions[String(verb)] : undefined;
    if (!action || (refusal && !refusals.has(refusal))) return;
    const words = { seal, secret, proof: proof === 'none' ? undefined : proof, code: refusal };
    const detail = Object.fromEntries(Object.entries(words).filter(([, word]) => typeof word === 'string' && word.length < 40));
    const told = { action: refusal ? `${action}-refused` : action, by: nameIn(head), detail };
    // Whoever tries again and again must not push out what others did.
    const last = this.#acts.at(-1);
    if (refusal && last?.action === told.action && last.by === told.by) return;
    this.#acts.push({ id: newId(), at: new Date().toISOString(), ...told });
    if (this.#acts.length > mostActs) this.#acts.shift();
  }
}
