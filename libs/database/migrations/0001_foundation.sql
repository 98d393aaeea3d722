-- Up Migration
-- Roles (created with the cluster): hf_owner owns everything and runs migrations; hf_app serves one organisation at a time
-- under row-level security; hf_system serves the few tables that exist before an organisation is known (sign-in, outbox).
-- Neither hf_app nor hf_system owns anything or may bypass row-level security.

-- The organisation of the running transaction. No missing_ok: an unset tenant raises an error instead of showing all rows.
CREATE FUNCTION current_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT current_setting('hf.tenant')::uuid $$;

CREATE TABLE organisation (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- ---- people and sign-in: known before any organisation is, so only hf_system reads them ----

CREATE TABLE account (
  id uuid PRIMARY KEY,
  email text NOT NULL CHECK (email = lower(email)),
  display_name text NOT NULL,
  password_hash text NOT NULL,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (email)
);

CREATE TABLE membership (
  organisation_id uuid NOT NULL REFERENCES organisation,
  account_id uuid NOT NULL REFERENCES account,
  role text NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, account_id)
);
CREATE INDEX membership_account ON membership (account_id);

CREATE TABLE session (
  id uuid PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE,
  account_id uuid NOT NULL REFERENCES account,
  organisation_id uuid NOT NULL REFERENCES organisation,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  user_agent text NOT NULL DEFAULT '',
  address text NOT NULL DEFAULT ''
);
CREATE INDEX session_account ON session (account_id) WHERE ended_at IS NULL;

CREATE TABLE setup_link (
  token_hash bytea PRIMARY KEY,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE sign_in_throttle (
  key text PRIMARY KEY,
  failures integer NOT NULL,
  locked_until timestamptz,
  updated_at timestamptz NOT NULL
);

-- ---- audit: written in the transaction of the change; organisation is null for what happens before one is known ----

CREATE TABLE audit_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id uuid,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_kind text NOT NULL CHECK (actor_kind IN ('account', 'job', 'command', 'system')),
  actor_id text NOT NULL,
  actor_label text NOT NULL,
  action text NOT NULL,
  target_kind text NOT NULL,
  target_id text NOT NULL,
  request_id text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_event_organisation ON audit_event (organisation_id, id DESC);

-- ---- objects and assets ----

CREATE TABLE stored_object (
  organisation_id uuid NOT NULL REFERENCES organisation,
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, sha256)
);

CREATE TABLE asset (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  object_sha256 bytea NOT NULL,
  name text NOT NULL,
  folder text NOT NULL DEFAULT '',
  kind text NOT NULL CHECK (kind IN ('image', 'video', 'audio', 'document', 'text', 'unknown')),
  media_type text NOT NULL,
  size_bytes bigint NOT NULL,
  -- processing: steps still due; ready: all done; partial: some step failed or the file is damaged; unsupported: kept, nothing can be read
  state text NOT NULL CHECK (state IN ('processing', 'ready', 'partial', 'unsupported')),
  state_reason text,
  added_at timestamptz NOT NULL DEFAULT now(),
  added_by uuid,
  -- When it was taken or recorded; shown_at is captured_at where known, else added_at, and orders the library.
  captured_at timestamptz,
  shown_at timestamptz NOT NULL DEFAULT now(),
  width integer,
  height integer,
  duration_seconds double precision,
  page_count integer,
  orientation text CHECK (orientation IN ('landscape', 'portrait', 'square')),
  latitude double precision CHECK (latitude BETWEEN -90 AND 90),
  longitude double precision CHECK (longitude BETWEEN -180 AND 180),
  place text,
  camera text,
  lens text,
  rating smallint CHECK (rating BETWEEN 1 AND 5),
  caption text NOT NULL DEFAULT '',
  thumbhash bytea,
  perceptual_hash bit(64),
  -- [{name, hex, share}]
  colours jsonb NOT NULL DEFAULT '[]',
  -- {sharpness, exposure, noise, …} each 0..1
  quality jsonb NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  trashed_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (organisation_id, id),
  UNIQUE (organisation_id, object_sha256),
  FOREIGN KEY (organisation_id, object_sha256) REFERENCES stored_object
);
CREATE INDEX asset_timeline ON asset (organisation_id, shown_at DESC, id DESC) WHERE trashed_at IS NULL;
CREATE INDEX asset_timeline_kind ON asset (organisation_id, kind, shown_at DESC, id DESC) WHERE trashed_at IS NULL;
CREATE INDEX asset_trash ON asset (organisation_id, shown_at DESC, id DESC) WHERE trashed_at IS NOT NULL;
CREATE INDEX asset_processing ON asset (organisation_id, id) WHERE state = 'processing';

-- Every name and folder under which the same bytes arrived: exact duplicates are one asset that keeps all its names.
CREATE TABLE asset_origin (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  name text NOT NULL,
  folder text NOT NULL DEFAULT '',
  -- The name as it was given, control characters escaped, where the safe name differs from it.
  given_name text,
  arrived_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, asset_id, folder, name),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE
);
CREATE INDEX asset_origin_name ON asset_origin (organisation_id, folder, name);

CREATE TABLE rendition (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  -- thumbnail (250 px), preview (1440 px), poster, hover-strip, proxy, waveform, page, shot
  kind text NOT NULL,
  position integer NOT NULL DEFAULT 0,
  object_sha256 bytea NOT NULL,
  media_type text NOT NULL,
  size_bytes bigint NOT NULL,
  width integer,
  height integer,
  detail jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (organisation_id, asset_id, kind, position),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE,
  FOREIGN KEY (organisation_id, object_sha256) REFERENCES stored_object
);
CREATE INDEX rendition_object ON rendition (organisation_id, object_sha256);

-- Shots of a video: from start to end, with the representative frame in rendition ('shot', position).
CREATE TABLE segment (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  position integer NOT NULL,
  start_seconds double precision NOT NULL,
  end_seconds double precision NOT NULL,
  score double precision NOT NULL DEFAULT 0,
  colours jsonb NOT NULL DEFAULT '[]',
  quality jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (organisation_id, asset_id, position),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE
);

-- Text found in an asset: a line or paragraph of OCR, a spoken segment, a page of a document.
CREATE TABLE text_segment (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  source text NOT NULL CHECK (source IN ('ocr', 'speech', 'document')),
  position integer NOT NULL,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  text text NOT NULL,
  -- OCR: [{text, confidence, box: [left, top, width, height] as fractions}]; speech: [{text, confidence, start, end}]
  words jsonb NOT NULL DEFAULT '[]',
  confidence real,
  language text,
  PRIMARY KEY (organisation_id, asset_id, source, position),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE
);

-- ---- the ledger: one durable row per asset per pipeline step ----

CREATE TABLE ledger_step (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  step text NOT NULL CHECK (step IN ('probe', 'renditions', 'recognise', 'text', 'embed', 'index')),
  state text NOT NULL CHECK (state IN ('waiting', 'queued', 'running', 'done', 'skipped', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  duration_ms double precision,
  cpu_ms double precision,
  input_version text NOT NULL DEFAULT '',
  step_version text NOT NULL DEFAULT '',
  -- {model name: version}
  model_versions jsonb NOT NULL DEFAULT '{}',
  outcome text,
  error_code text,
  error_message text,
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (organisation_id, asset_id, step),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE
);
CREATE INDEX ledger_step_open ON ledger_step (organisation_id, state, step) WHERE state NOT IN ('done', 'skipped');

-- ---- jobs: PostgreSQL carries truth, BullMQ carries work ----

CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation,
  queue text NOT NULL,
  job text NOT NULL,
  payload jsonb NOT NULL,
  -- BullMQ's scale: 1 is most urgent, 0 is none
  priority integer NOT NULL DEFAULT 0,
  -- due: to be published; published: in BullMQ; dead: out of attempts, kept for inspection
  state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'published', 'dead')),
  asset_id uuid,
  attempts integer NOT NULL DEFAULT 0,
  error_code text,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  -- last sign of life of the handler; the sweeper publishes again what shows none
  alive_at timestamptz,
  died_at timestamptz
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'due';
CREATE INDEX outbox_published ON outbox (published_at) WHERE state = 'published';
CREATE INDEX outbox_dead ON outbox (organisation_id, died_at DESC) WHERE state = 'dead';
CREATE INDEX outbox_queue ON outbox (organisation_id, queue, state, created_at);
CREATE UNIQUE INDEX outbox_asset_job ON outbox (organisation_id, asset_id, job) WHERE asset_id IS NOT NULL AND state <> 'dead';

-- ---- uploads ----

CREATE TABLE upload (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  account_id uuid,
  name text NOT NULL,
  folder text NOT NULL DEFAULT '',
  given_name text,
  size_bytes bigint NOT NULL,
  -- never more than the bytes that are durable
  offset_bytes bigint NOT NULL DEFAULT 0 CHECK (offset_bytes <= size_bytes),
  -- what the sender says the hash is; checked at the end
  sha256 bytea,
  -- what the received bytes hash to, once all are there: the end of an upload can be repeated after a crash
  received_sha256 bytea,
  captured_hint timestamptz,
  state text NOT NULL DEFAULT 'receiving' CHECK (state IN ('receiving', 'stored', 'failed')),
  asset_id uuid,
  duplicate boolean NOT NULL DEFAULT false,
  error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, id)
);
CREATE INDEX upload_expiry ON upload (organisation_id, expires_at);

-- ---- what people add ----

CREATE TABLE tag (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  -- case-folded, accents removed, spaces collapsed: one normal form per tag
  normal_name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, id),
  UNIQUE (organisation_id, normal_name)
);

CREATE TABLE asset_tag (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  tag_id uuid NOT NULL,
  source text NOT NULL CHECK (source IN ('person', 'model', 'file')),
  state text NOT NULL CHECK (state IN ('suggested', 'confirmed', 'rejected')),
  confidence real CHECK (confidence BETWEEN 0 AND 1),
  changed_by uuid,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, asset_id, tag_id),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE,
  FOREIGN KEY (organisation_id, tag_id) REFERENCES tag ON DELETE CASCADE
);
CREATE INDEX asset_tag_tag ON asset_tag (organisation_id, tag_id, asset_id) WHERE state <> 'rejected';

CREATE TABLE collection (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  description text NOT NULL DEFAULT '',
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, id)
);

CREATE TABLE collection_asset (
  organisation_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, collection_id, asset_id),
  FOREIGN KEY (organisation_id, collection_id) REFERENCES collection ON DELETE CASCADE,
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE
);
CREATE INDEX collection_asset_asset ON collection_asset (organisation_id, asset_id);

CREATE TABLE near_duplicate (
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  other_id uuid NOT NULL,
  -- bits that differ between the perceptual hashes, 0..64
  distance smallint NOT NULL,
  PRIMARY KEY (organisation_id, asset_id, other_id),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE,
  FOREIGN KEY (organisation_id, other_id) REFERENCES asset (organisation_id, id) ON DELETE CASCADE
);

CREATE TABLE saved_search (
  organisation_id uuid NOT NULL REFERENCES organisation,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  query jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, id)
);

CREATE TABLE search_history (
  organisation_id uuid NOT NULL REFERENCES organisation,
  account_id uuid NOT NULL,
  text text NOT NULL,
  query jsonb NOT NULL,
  hits integer NOT NULL,
  searched_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, account_id, text)
);

CREATE TABLE idempotent_answer (
  organisation_id uuid NOT NULL REFERENCES organisation,
  account_id uuid NOT NULL,
  key text NOT NULL,
  operation text NOT NULL,
  request_hash bytea NOT NULL,
  status integer,
  body jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, account_id, key)
);

-- ---- models and embeddings: a model belongs to the appliance, what it saw belongs to an organisation ----

CREATE TABLE model (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  version text NOT NULL,
  task text NOT NULL,
  manifest jsonb NOT NULL,
  folder text NOT NULL,
  sha256 text NOT NULL,
  enabled boolean NOT NULL DEFAULT false,
  imported_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (name, version)
);

CREATE TABLE embedding_space (
  id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- model name and version: vectors of different versions never meet
  name text NOT NULL UNIQUE,
  dimensions integer NOT NULL CHECK (dimensions BETWEEN 1 AND 4000),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE embedding (
  space_id smallint NOT NULL REFERENCES embedding_space,
  organisation_id uuid NOT NULL,
  asset_id uuid NOT NULL,
  -- 0 is the whole asset; n is shot n-1 of a video or text segment n-1
  part integer NOT NULL DEFAULT 0,
  at_seconds double precision,
  vector halfvec NOT NULL,
  PRIMARY KEY (space_id, organisation_id, asset_id, part),
  FOREIGN KEY (organisation_id, asset_id) REFERENCES asset ON DELETE CASCADE
) PARTITION BY LIST (space_id);

-- ---- row-level security: one rule for every table of an organisation ----

CREATE PROCEDURE secure_tenant_table(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant ON %s TO hf_app
    USING (organisation_id = (SELECT current_organisation())) WITH CHECK (organisation_id = (SELECT current_organisation()))', target);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO hf_app', target);
END $$;

DO $$
DECLARE target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['membership', 'stored_object', 'asset', 'asset_origin', 'rendition', 'segment', 'text_segment', 'ledger_step',
    'outbox', 'upload', 'tag', 'asset_tag', 'collection', 'collection_asset', 'near_duplicate', 'saved_search', 'search_history',
    'idempotent_answer', 'audit_event', 'embedding']
  LOOP
    CALL secure_tenant_table(target::regclass);
  END LOOP;
END $$;

-- An organisation's people read the membership list and the audit log, and change neither by hand.
REVOKE UPDATE, DELETE ON audit_event FROM hf_app;

ALTER TABLE organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organisation FOR SELECT TO hf_app USING (id = (SELECT current_organisation()));
GRANT SELECT ON organisation TO hf_app;

-- hf_system: sign-in, the outbox relay, and reading which organisations exist. Nothing of an organisation's content.
DO $$
DECLARE target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['organisation', 'membership', 'outbox', 'audit_event']
  LOOP
    EXECUTE format('CREATE POLICY system ON %I TO hf_system USING (true) WITH CHECK (true)', target);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON organisation, account, membership, session, setup_link, sign_in_throttle TO hf_system;
GRANT DELETE ON membership, setup_link, sign_in_throttle, session TO hf_system;
GRANT SELECT, UPDATE ON outbox TO hf_system;
GRANT SELECT, INSERT ON audit_event TO hf_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON model TO hf_system;
GRANT SELECT ON model, embedding_space TO hf_app, hf_system;
-- Names of colleagues beside what they did; the view reads as its owner, who is bound to the same organisation.
CREATE POLICY owner_reads ON membership FOR SELECT TO hf_owner USING (organisation_id = (SELECT current_organisation()));
CREATE VIEW member WITH (security_barrier) AS
  SELECT m.organisation_id, m.account_id, m.role, a.display_name, a.email, a.disabled_at
  FROM membership m JOIN account a ON a.id = m.account_id
  WHERE m.organisation_id = (SELECT current_organisation());
GRANT SELECT ON member TO hf_app;

-- Makes room for the vectors of one model version, with its own index. Idempotent; answers the space's id.
CREATE FUNCTION create_embedding_space(space_name text, space_dimensions integer) RETURNS smallint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE space embedding_space; partition text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('create_embedding_space'));
  SELECT * INTO space FROM embedding_space WHERE name = space_name;
  IF FOUND THEN
    IF space.dimensions <> space_dimensions THEN
      RAISE EXCEPTION 'embedding space % has % dimensions, not %', space_name, space.dimensions, space_dimensions;
    END IF;
    RETURN space.id;
  END IF;
  INSERT INTO embedding_space (name, dimensions) VALUES (space_name, space_dimensions) RETURNING * INTO space;
  partition := 'embedding_' || space.id;
  EXECUTE format('CREATE TABLE %I PARTITION OF embedding (CHECK (vector_dims(vector) = %s)) FOR VALUES IN (%s)', partition, space_dimensions, space.id);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
  EXECUTE format('CREATE INDEX ON %I USING hnsw ((vector::halfvec(%s)) halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)', partition, space_dimensions);
  RETURN space.id;
END $$;
REVOKE ALL ON FUNCTION create_embedding_space FROM PUBLIC;
GRANT EXECUTE ON FUNCTION create_embedding_space TO hf_system;

-- Down Migration
-- The first migration is not undone: drop the database instead.
