-- Up Migration
-- Who brought the bytes under this name: an asset that one person brought and another, too, stays with the other when the first is erased.
ALTER TABLE asset_origin ADD COLUMN added_by uuid;
UPDATE asset_origin o SET added_by = a.added_by FROM asset a WHERE a.organisation_id = o.organisation_id AND a.id = o.asset_id;
-- Two people may bring the same bytes under the same name.
ALTER TABLE asset_origin DROP CONSTRAINT asset_origin_pkey;
CREATE UNIQUE INDEX asset_origin_once ON asset_origin (organisation_id, asset_id, folder, name, added_by) NULLS NOT DISTINCT;

-- Words that no document has any more are told to nobody, whoever took the document away.
CREATE FUNCTION forget_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM search_term t USING (
    SELECT DISTINCT organisation_id, unnest(tsvector_to_array(words)) AS term FROM gone) g
  WHERE t.organisation_id = g.organisation_id AND t.term = g.term
    AND NOT EXISTS (SELECT FROM search_document d WHERE d.organisation_id = g.organisation_id AND d.words @@ quote_literal(g.term)::tsquery);
  RETURN NULL;
END $$;
CREATE TRIGGER search_terms_forgotten AFTER DELETE ON search_document REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_terms();

-- What somebody asked to be erased, and how far that is: each step may be repeated after a crash.
CREATE TABLE erasure (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  subject_kind text NOT NULL CHECK (subject_kind IN ('person', 'collection', 'asset')),
  subject_id uuid NOT NULL,
  -- handing over: what others brought, too, gets their key; removing: rows and what hangs on them; destroying: the keys; done
  state text NOT NULL DEFAULT 'handing-over' CHECK (state IN ('handing-over', 'removing', 'destroying', 'done')),
  reason text NOT NULL DEFAULT '',
  assets integer NOT NULL DEFAULT 0,
  objects integer NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  handed_over integer NOT NULL DEFAULT 0,
  key_id uuid,
  -- objects whose data keys are to be destroyed by themselves
  object_ids uuid[] NOT NULL DEFAULT '{}',
  tombstones bigint[] NOT NULL DEFAULT '{}',
  certificate jsonb,
  error text,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (organisation_id, id)
);
CREATE UNIQUE INDEX erasure_running ON erasure (organisation_id, subject_kind, subject_id) WHERE state <> 'done';
CALL secure_tenant_table('erasure');

-- Down Migration
DROP TABLE erasure;
DROP TRIGGER search_terms_forgotten ON search_document;
DROP FUNCTION forget_terms;
DROP INDEX asset_origin_once;
DELETE FROM asset_origin a USING asset_origin b WHERE a.ctid > b.ctid AND (a.organisation_id, a.asset_id, a.folder, a.name) = (b.organisation_id, b.asset_id, b.folder, b.name);
ALTER TABLE asset_origin ADD PRIMARY KEY (organisation_id, asset_id, folder, name);
ALTER TABLE asset_origin DROP COLUMN added_by;
