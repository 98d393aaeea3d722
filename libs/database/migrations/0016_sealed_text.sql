-- Up Migration
-- Text found in assets is sealed like their bytes: docs/adr/0017-sealed-by-default.md. A part holds the texts and words of some segments of one
-- source, from its first position up to the next part's; what is left in text_segment says where they are, not what they say.
CREATE TABLE sealed_text (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  source text NOT NULL,
  first_position integer NOT NULL,
  -- of this version of the part: it is sealed as the object of this id, and never changed
  id uuid NOT NULL UNIQUE,
  -- docs/formats/sealed-object.md, of what docs/formats/sealed-text.md describes
  sealed bytea NOT NULL,
  key_id uuid NOT NULL,
  key_version integer NOT NULL,
  wrapped_key bytea NOT NULL,
  PRIMARY KEY (organisation_id, asset_id, source, first_position),
  FOREIGN KEY (organisation_id, asset_id, source, first_position) REFERENCES text_segment ON DELETE CASCADE
);
CREATE INDEX sealed_text_key ON sealed_text (organisation_id, key_id, key_version, id);
-- What is sealed cannot be compressed.
ALTER TABLE sealed_text ALTER COLUMN sealed SET STORAGE EXTERNAL;
CALL secure_tenant_table('sealed_text');

-- Empty but for what was written before texts were sealed: PlainTextSealer empties them in the background.
ALTER TABLE text_segment ALTER COLUMN text SET DEFAULT '';

-- Segments are replaced as a whole. What changes them otherwise is the sealing of old ones, which says the same as before.
DROP TRIGGER search_stale_update ON text_segment;

-- Down Migration
-- Not undone: what is sealed cannot be opened by SQL.
