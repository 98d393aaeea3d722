/** What must hold after any fault, by name. The numbers are those of the durability specification (2.4) and of the mover's (I1 to I8). */
export const invariants = {
  'file-system-mounts': 'the file system recovers by itself',
  'is-readable': 'what recovered can be judged: no folder or table fails while it is read',
  'acknowledged-is-there': '1: whatever was acknowledged exists, is readable and has its hash',
  'row-has-bytes': '2: the object of every committed row exists',
  'nothing-half': '3: no object is visible half; temporary names are never served',
  'deletion-stays': '4: what was acknowledged as deleted stays so; undoing a deletion works',
  'event-arrives': '5: each event reaches its consumer, with one effect',
  'never-without-copy': '6: a move between tiers never leaves no copy',
  'record-unbroken': '7: the audit record is unbroken up to the last acknowledgement',
  'offset-is-durable': '8: a confirmed upload offset is never more than the durable bytes',
  'loss-within-window': '9: telemetry is lost only within its documented window',
  'recovers-again': '10: recovering twice, or after a crash in recovery, gives the same state',
  'ready-in-time': '11: ready within 30 s of the crash',
  'place-is-complete': 'I1: the place that the database names holds a complete file with the stored hash',
  'source-until-committed': 'I2: no source is unlinked before the move is committed, synced and verified',
  'recovery-repeats': 'I3: recovery may run twice',
  'parts-are-known': 'I4: every temporary file belongs to a move or is reported, never served',
  'source-wins': 'I5: a source that changes ends the move and wins',
  'one-move-per-object': 'I6: at most one move of an object is active',
  'bytes-add-up': 'I7: bytes on all tiers are those of the rows and of listed garbage',
  'missing-mount-decides-nothing': 'I8: a tier that is not mounted is never a reason for anything',
} as const;

export type InvariantName = keyof typeof invariants;
