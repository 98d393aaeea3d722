-- Up Migration
-- The row of an object says where its bytes lie and how they are locked; nothing is found by looking through folders. A file is never changed
-- and its name (id) is never used twice: other bytes, another key or a healed copy are a new file, and the row changes to it in one step.
ALTER TABLE stored_object
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN class text NOT NULL DEFAULT 'original' CHECK (class IN ('original', 'rendition')),
  -- plain: from before objects were sealed, its file named by sha256; sealed: docs/formats/sealed-object.md, its file named by id
  ADD COLUMN format text NOT NULL DEFAULT 'plain' CHECK (format IN ('plain', 'sealed')),
  -- what lies on the disk: read back after every move, without any key
  ADD COLUMN file_bytes bigint CHECK (file_bytes >= 0),
  ADD COLUMN file_sha256 bytea CHECK (length(file_sha256) = 32),
  -- the data key, wrapped by a version of a key of encryption_key
  ADD COLUMN key_id uuid,
  ADD COLUMN key_version integer,
  ADD COLUMN wrapped_key bytea,
  -- where the file lies, and how often that has changed
  ADD COLUMN tier text NOT NULL DEFAULT 'hot',
  ADD COLUMN generation integer NOT NULL DEFAULT 1,
  ADD COLUMN placed_at timestamptz NOT NULL DEFAULT now(),
  -- stored or stored again: what nothing refers to goes once this is old
  ADD COLUMN touched_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN last_read_at timestamptz,
  -- people's wishes: stay on this tier; stay where it is; never be deleted
  ADD COLUMN pinned_tier text,
  ADD COLUMN never_move boolean NOT NULL DEFAULT false,
  ADD COLUMN held boolean NOT NULL DEFAULT false,
  -- when all of it was last read back and compared, and what was wrong with it
  ADD COLUMN verified_at timestamptz,
  ADD COLUMN damage text,
  ADD CONSTRAINT stored_object_sealed CHECK (format = 'plain'
    OR (file_bytes IS NOT NULL AND file_sha256 IS NOT NULL AND key_id IS NOT NULL AND key_version IS NOT NULL AND wrapped_key IS NOT NULL));
UPDATE stored_object SET file_bytes = size_bytes, file_sha256 = sha256, touched_at = created_at, placed_at = created_at;
UPDATE stored_object o SET class = 'rendition' WHERE NOT EXISTS (
  SELECT FROM asset a WHERE a.organisation_id = o.organisation_id AND a.object_sha256 = o.sha256);
CREATE UNIQUE INDEX stored_object_id ON stored_object (id);
CREATE INDEX stored_object_touched ON stored_object (organisation_id, touched_at);
CREATE INDEX stored_object_key ON stored_object (organisation_id, key_id, key_version);

-- An upload's bytes are sealed as they come; its data key waits here until it is an object.
ALTER TABLE upload
  ADD COLUMN key_id uuid,
  ADD COLUMN key_version integer,
  ADD COLUMN wrapped_key bytea;

-- Storing and moving go through files of all organisations at once; of an object these see where it lies, not what it is.
CREATE POLICY system ON stored_object TO hf_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON stored_object TO hf_system;

-- Down Migration
-- Not undone: sealed bytes cannot be found without it.
