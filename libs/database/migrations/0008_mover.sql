-- Up Migration
-- Where tiers are, what moves between them, and what was found while looking. See docs/adr/0016-moving-objects.md.

-- What was first found at the place of a declared tier. A folder that does not carry this id in its marker is not that tier.
CREATE TABLE tier (
  name text PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  -- null where the system cannot say it
  file_system_uuid text,
  claimed_at timestamptz NOT NULL DEFAULT now()
);

-- How full tiers were, every ten minutes: forecasts are made of these.
CREATE TABLE tier_sample (
  tier text NOT NULL REFERENCES tier ON DELETE CASCADE,
  at timestamptz NOT NULL,
  total_bytes bigint NOT NULL,
  free_bytes bigint NOT NULL,
  total_inodes bigint NOT NULL,
  free_inodes bigint NOT NULL,
  PRIMARY KEY (tier, at)
);

-- A run of the mover: asked for by somebody, or begun by the clock.
CREATE TABLE mover_run (
  id uuid PRIMARY KEY,
  -- of the plan that it carries out, and for which instant that was made
  digest text NOT NULL,
  planned_at timestamptz NOT NULL,
  origin text NOT NULL CHECK (origin IN ('asked', 'pressure', 'window')),
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  ended_at timestamptz,
  planned_moves integer NOT NULL,
  planned_bytes bigint NOT NULL,
  done_moves integer NOT NULL DEFAULT 0,
  done_bytes bigint NOT NULL DEFAULT 0,
  failed_moves integer NOT NULL DEFAULT 0,
  -- why it did less than planned
  stopped_code text,
  stopped_message text
);
CREATE INDEX mover_run_waiting ON mover_run (asked_at) WHERE started_at IS NULL;
CREATE INDEX mover_run_newest ON mover_run (asked_at DESC);

-- The journal: a row is committed before the first byte is copied, and says at every instant what a crash may have left.
CREATE TABLE tier_move (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  run_id uuid,
  object_id uuid NOT NULL,
  -- of the object's row when the move was planned: another generation means that somebody else changed it
  generation integer NOT NULL,
  from_tier text NOT NULL,
  to_tier text NOT NULL,
  rule text NOT NULL CHECK (rule IN ('pin', 'promotion', 'pressure', 'age')),
  reason text NOT NULL,
  file_name text NOT NULL,
  file_bytes bigint NOT NULL,
  file_sha256 bytea NOT NULL CHECK (length(file_sha256) = 32),
  -- the file that is copied, as stat(2) told of it; numbers that do not fit a bigint are text
  source_file_system text,
  source_inode text,
  source_mtime_ns text,
  source_ctime_ns text,
  target_file_system text,
  target_inode text,
  -- how the copy was read back: past the page cache, or through it where the file system knows no other way
  read_back text CHECK (read_back IN ('direct', 'cached')),
  state text NOT NULL CHECK (state IN
    ('planned', 'copying', 'copied', 'verified', 'published', 'committed', 'source-deleted', 'done', 'failed', 'conflict')),
  attempt integer NOT NULL DEFAULT 1,
  error_code text,
  error_message text,
  planned_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  committed_at timestamptz,
  delete_after timestamptz,
  ended_at timestamptz,
  PRIMARY KEY (organisation_id, id)
);
CALL secure_tenant_table('tier_move');
REVOKE INSERT, UPDATE, DELETE ON tier_move FROM hf_app;
-- One active move per object.
CREATE UNIQUE INDEX tier_move_active ON tier_move (object_id) WHERE ended_at IS NULL;
CREATE INDEX tier_move_unfinished ON tier_move (state, delete_after) WHERE ended_at IS NULL;
CREATE INDEX tier_move_object ON tier_move (object_id, planned_at DESC);
CREATE INDEX tier_move_newest ON tier_move (organisation_id, planned_at DESC, id DESC);
CREATE INDEX tier_move_committed ON tier_move (committed_at) WHERE committed_at IS NOT NULL;

-- Who moves: one process at a time, known so exactly that a dead one is told from a slow one.
CREATE TABLE mover_lock (
  slot integer PRIMARY KEY DEFAULT 1 CHECK (slot = 1),
  holder text NOT NULL,
  held_since timestamptz NOT NULL
);

-- Files on tiers that no row knows. They are listed, and removed by people only.
CREATE TABLE stray_file (
  tier text NOT NULL,
  path text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('no-row', 'other-tier', 'leftover')),
  size_bytes bigint NOT NULL,
  changed_at timestamptz NOT NULL,
  first_seen_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (tier, path)
);

-- How often objects are read, by the hour: what is used comes back to the first tier.
CREATE TABLE object_read (
  organisation_id uuid NOT NULL REFERENCES organisation,
  object_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  reads integer NOT NULL CHECK (reads > 0),
  PRIMARY KEY (organisation_id, object_id, hour)
);
CALL secure_tenant_table('object_read');
CREATE INDEX object_read_hour ON object_read (hour);

CREATE POLICY system ON tier_move TO hf_system USING (true) WITH CHECK (true);
CREATE POLICY system ON object_read TO hf_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tier, tier_sample, mover_run, tier_move, mover_lock, stray_file, object_read TO hf_system;

CREATE INDEX stored_object_tier ON stored_object (tier, class);
CREATE INDEX stored_object_verified ON stored_object (verified_at NULLS FIRST, id);
CREATE INDEX stored_object_damaged ON stored_object (organisation_id, id) WHERE damage IS NOT NULL;

-- Down Migration
DROP INDEX stored_object_tier, stored_object_verified, stored_object_damaged;
DROP TABLE object_read, stray_file, mover_lock, tier_move, mover_run, tier_sample, tier;
