-- Up Migration
-- How long things are kept, who forbids their deletion, and the journal of what was deleted. See docs/guides/retention.md.

-- What an administrator decided; a class without a row is kept as the code says.
CREATE TABLE retention_policy (
  organisation_id uuid NOT NULL REFERENCES organisation,
  class text NOT NULL,
  -- null: for ever
  keep_days integer CHECK (keep_days BETWEEN 1 AND 36500),
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, class)
);

CREATE TABLE legal_hold (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
  -- what is put into this collection while the hold stands is held too
  collection_id uuid,
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL,
  released_by text,
  released_at timestamptz,
  release_reason text,
  -- how many assets it held when it was released
  released_assets integer,
  PRIMARY KEY (organisation_id, id),
  CHECK ((released_at IS NULL) = (released_by IS NULL))
);
CREATE INDEX legal_hold_collection ON legal_hold (organisation_id, collection_id) WHERE released_at IS NULL AND collection_id IS NOT NULL;

-- Assets under holds that stand; releasing takes the rows away. The key has no cascade: the database itself refuses to delete a held asset.
CREATE TABLE legal_hold_asset (
  organisation_id uuid NOT NULL,
  hold_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, hold_id, asset_id),
  FOREIGN KEY (organisation_id, hold_id) REFERENCES legal_hold,
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset
);
CREATE INDEX legal_hold_asset_asset ON legal_hold_asset (organisation_id, asset_id);

CREATE TABLE deletion_run (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  -- clock: the daily run; asked: somebody asked for it; trash: somebody emptied the trash
  origin text NOT NULL CHECK (origin IN ('clock', 'asked', 'trash')),
  -- what was due at this instant is deleted, and nothing that became due later
  instant timestamptz NOT NULL,
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL,
  started_at timestamptz,
  -- when all that is to go stood in the journal
  planned_at timestamptz,
  ended_at timestamptz,
  deleted_objects integer NOT NULL DEFAULT 0,
  deleted_bytes bigint NOT NULL DEFAULT 0,
  -- rows of search history and ended sessions
  deleted_traces integer NOT NULL DEFAULT 0,
  stopped_code text,
  stopped_message text,
  PRIMARY KEY (organisation_id, id)
);
-- One at a time.
CREATE UNIQUE INDEX deletion_run_active ON deletion_run (organisation_id) WHERE ended_at IS NULL;
CREATE INDEX deletion_run_newest ON deletion_run (organisation_id, asked_at DESC, id DESC);

-- The journal: a row is committed before anything of its asset is deleted.
CREATE TABLE deletion_item (
  organisation_id uuid NOT NULL,
  run_id uuid NOT NULL,
  -- not a reference: the journal outlives what it tells of
  asset_id uuid NOT NULL,
  class text NOT NULL,
  due_at timestamptz NOT NULL,
  bytes bigint NOT NULL,
  -- planned; files-noted: its rows are gone and its files noted for removal, in one transaction; done: the files are gone, too; spared: it may
  -- not go after all; failed
  state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'files-noted', 'done', 'spared', 'failed')),
  reason text,
  -- names of its files, on whichever tier
  files text[] NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, run_id, asset_id),
  FOREIGN KEY (organisation_id, run_id) REFERENCES deletion_run
);
CREATE INDEX deletion_item_open ON deletion_item (organisation_id, state, asset_id) WHERE state IN ('planned', 'files-noted');

DO $$
DECLARE target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['retention_policy', 'legal_hold', 'legal_hold_asset', 'deletion_run', 'deletion_item']
  LOOP
    CALL secure_tenant_table(target::regclass);
  END LOOP;
END $$;
-- What was held, and what was deleted, stays known.
REVOKE DELETE ON legal_hold, deletion_run, deletion_item FROM hf_app;

CREATE INDEX stored_object_held ON stored_object (organisation_id) WHERE held;
CREATE INDEX asset_trashed_at ON asset (organisation_id, trashed_at) WHERE trashed_at IS NOT NULL;
CREATE INDEX asset_added_at ON asset (organisation_id, kind, added_at);

-- Holds reach the objects by trigger, so that no writer can forget it.
CREATE FUNCTION hold_objects_of_assets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE stored_object o SET held = true FROM (
    SELECT a.organisation_id, a.object_sha256 AS sha256 FROM changed c JOIN asset a ON a.organisation_id = c.organisation_id AND a.id = c.asset_id
    UNION
    SELECT r.organisation_id, r.object_sha256 FROM changed c JOIN rendition r ON r.organisation_id = c.organisation_id AND r.asset_id = c.asset_id) n
  WHERE o.organisation_id = n.organisation_id AND o.sha256 = n.sha256 AND NOT o.held;
  RETURN NULL;
END $$;
CREATE TRIGGER hold_objects AFTER INSERT ON legal_hold_asset REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hold_objects_of_assets();

-- What is made of a held asset is held from its first moment.
CREATE FUNCTION hold_new_renditions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE stored_object o SET held = true FROM changed c JOIN legal_hold_asset h ON h.organisation_id = c.organisation_id AND h.asset_id = c.asset_id
  WHERE o.organisation_id = c.organisation_id AND o.sha256 = c.object_sha256 AND NOT o.held;
  RETURN NULL;
END $$;
CREATE TRIGGER hold_rendition_insert AFTER INSERT ON rendition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hold_new_renditions();
CREATE TRIGGER hold_rendition_update AFTER UPDATE ON rendition REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hold_new_renditions();

-- Who holds a collection locks its row: what was being put in has committed before, and what comes later finds the hold here.
CREATE FUNCTION hold_collected_assets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO legal_hold_asset (organisation_id, hold_id, asset_id)
  SELECT c.organisation_id, h.id, c.asset_id FROM changed c
  JOIN legal_hold h ON h.organisation_id = c.organisation_id AND h.collection_id = c.collection_id AND h.released_at IS NULL
  ORDER BY c.asset_id ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER hold_collected AFTER INSERT ON collection_asset REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hold_collected_assets();

-- Down Migration
DROP TRIGGER hold_collected ON collection_asset;
DROP TRIGGER hold_rendition_update ON rendition;
DROP TRIGGER hold_rendition_insert ON rendition;
DROP TABLE deletion_item, deletion_run, legal_hold_asset, legal_hold, retention_policy;
DROP FUNCTION hold_collected_assets, hold_new_renditions, hold_objects_of_assets;
DROP INDEX stored_object_held, asset_trashed_at, asset_added_at;
