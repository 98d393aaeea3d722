-- Up Migration
-- The keys below those of the key provider: docs/adr/0015-key-hierarchy-and-erasure.md. What is written here opens nothing without the provider.

CREATE TABLE encryption_key (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('organisation', 'person', 'collection')),
  -- an account's or a collection's id
  subject_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  destroyed_at timestamptz,
  PRIMARY KEY (organisation_id, id),
  CHECK ((subject_id IS NULL) = (kind = 'organisation')),
  -- once and for all: work that is still under way for somebody who was erased must not get a new key
  UNIQUE NULLS NOT DISTINCT (organisation_id, kind, subject_id)
);

CREATE TABLE encryption_key_version (
  organisation_id uuid NOT NULL,
  key_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  -- the provider's ciphertext; none once the version is retired or its key destroyed
  wrapped text,
  -- version of the organisation's key below the provider's layer; none for the organisation's key itself
  parent_version integer,
  provider_key text NOT NULL,
  provider_version integer NOT NULL,
  state text NOT NULL CHECK (state IN ('current', 'old', 'retired')),
  created_at timestamptz NOT NULL DEFAULT now(),
  superseded_at timestamptz,
  PRIMARY KEY (organisation_id, key_id, version),
  FOREIGN KEY (organisation_id, key_id) REFERENCES encryption_key,
  CHECK ((wrapped IS NULL) = (state = 'retired'))
);
CREATE UNIQUE INDEX encryption_key_version_current ON encryption_key_version (organisation_id, key_id) WHERE state = 'current';
CREATE INDEX encryption_key_version_provider ON encryption_key_version (provider_key, provider_version) WHERE wrapped IS NOT NULL;
CREATE INDEX encryption_key_version_old ON encryption_key_version (superseded_at) WHERE state = 'old';

-- Re-wrapping under a new version, so that it goes on after any interruption: of a provider key, or of a key of an organisation.
CREATE TABLE key_rotation (
  id uuid PRIMARY KEY,
  organisation_id uuid REFERENCES organisation,
  key_id uuid,
  provider_key text,
  from_version integer NOT NULL,
  -- none until the provider has made it
  to_version integer,
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
  rewrapped bigint NOT NULL DEFAULT 0,
  -- what could not be opened any more, and so keeps the old version in use
  failed bigint NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CHECK ((provider_key IS NULL) = (key_id IS NOT NULL AND organisation_id IS NOT NULL))
);
CREATE UNIQUE INDEX key_rotation_provider ON key_rotation (provider_key) WHERE state = 'running' AND provider_key IS NOT NULL;
CREATE UNIQUE INDEX key_rotation_key ON key_rotation (organisation_id, key_id) WHERE state = 'running' AND key_id IS NOT NULL;

-- The same as the ledger of tombstones beside the database, which is the older truth after a restore.
CREATE TABLE key_tombstone (
  sequence bigint PRIMARY KEY,
  organisation_id uuid NOT NULL,
  key_id uuid,
  -- the line of the ledger, byte for byte
  line text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- when all of it had been done in this database
  applied_at timestamptz
);
CREATE INDEX key_tombstone_written ON key_tombstone (written_at);
CREATE INDEX key_tombstone_pending ON key_tombstone (sequence) WHERE applied_at IS NULL;

CREATE TABLE erasure_certificate (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  tombstone_sequence bigint NOT NULL,
  -- certificate, signature and public key, as they are handed out
  document text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, id),
  UNIQUE (organisation_id, tombstone_sequence)
);

DO $$
DECLARE target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['encryption_key', 'encryption_key_version', 'key_rotation', 'key_tombstone', 'erasure_certificate']
  LOOP
    CALL secure_tenant_table(target::regclass);
    EXECUTE format('REVOKE DELETE ON %I FROM hf_app', target);
    -- Provider keys, tombstones and what follows from them concern all organisations at once.
    EXECUTE format('CREATE POLICY system ON %I TO hf_system USING (true) WITH CHECK (true)', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO hf_system', target);
  END LOOP;
END $$;
REVOKE INSERT, UPDATE ON key_tombstone FROM hf_app;
REVOKE UPDATE ON erasure_certificate FROM hf_app, hf_system;

-- Down Migration
-- Not undone: without these rows nothing that was sealed opens again.
