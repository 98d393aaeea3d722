-- Up Migration
-- Changes of the host itself: the box has one host, whatever organisations share it. What became of a change is the host's word; a row says what was
-- asked, by whom, and how far it had come.
CREATE TABLE reconcile_change (
  id uuid PRIMARY KEY,
  domain text NOT NULL,
  -- domains of one lane share the host's numbers
  lane text NOT NULL,
  state text NOT NULL CHECK (state IN ('planned', 'applying', 'waiting', 'committed', 'rolled-back', 'failed')),
  plan_id text NOT NULL,
  base_generation bigint NOT NULL,
  -- the host's number, once it has one
  generation bigint,
  changes jsonb NOT NULL,
  -- what goes into the manifest once the host has it for good, and all values after it
  declares jsonb NOT NULL,
  after_values jsonb NOT NULL,
  files jsonb NOT NULL,
  -- what the host is asked, as it is sent
  host_order jsonb NOT NULL,
  confirm_seconds integer NOT NULL,
  deadline timestamptz,
  -- who asked, in which organisation and request; the row belongs to the box, and no organisation's role may read it
  actor_organisation uuid NOT NULL REFERENCES organisation,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_label text NOT NULL,
  request_id text NOT NULL,
  purpose text NOT NULL,
  -- who said keep or take back, written before the host is told
  answered_by jsonb,
  -- why it went back or failed
  reason text,
  manifest_generation integer,
  -- why the manifest does not say it yet; tried again
  manifest_problem text,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CHECK ((ended_at IS NULL) = (state IN ('planned', 'applying', 'waiting')))
);
-- Of two people who apply at once, one is told.
CREATE UNIQUE INDEX reconcile_change_open ON reconcile_change (lane) WHERE state IN ('planned', 'applying', 'waiting');
CREATE INDEX reconcile_change_generation ON reconcile_change (lane, generation);
CREATE INDEX reconcile_change_history ON reconcile_change (lane, id DESC);
CREATE INDEX reconcile_change_undeclared ON reconcile_change (lane) WHERE manifest_problem IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON reconcile_change TO hf_system;

-- How each domain stood when it was last looked at, so that what was told once is not news after a restart.
CREATE TABLE reconcile_watch (
  domain text PRIMARY KEY,
  state text NOT NULL,
  drift jsonb NOT NULL,
  checked_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON reconcile_watch TO hf_system;

-- How much of a host's own record is in the audit: each entry once, whichever process brings it.
CREATE TABLE host_journal (
  source text PRIMARY KEY,
  sequence bigint NOT NULL,
  hash text NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON host_journal TO hf_system;

-- Down Migration
DROP TABLE host_journal, reconcile_watch, reconcile_change;
