-- Up Migration
-- What is no asset is kept by age, too: search history, sessions, the audit, logs and figures. See docs/guides/retention.md.

-- Its journal: a row is committed before anything of its class is deleted.
CREATE TABLE deletion_trace (
  organisation_id uuid NOT NULL,
  run_id uuid NOT NULL,
  class text NOT NULL,
  -- what is older than this goes
  older_than timestamptz NOT NULL,
  entries bigint NOT NULL,
  bytes bigint,
  first_at timestamptz,
  -- names of what is to go, where it has names
  names text[] NOT NULL DEFAULT '{}',
  -- spared: it may not go after all
  state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'done', 'spared', 'failed')),
  removed_entries bigint NOT NULL DEFAULT 0,
  removed_bytes bigint NOT NULL DEFAULT 0,
  reason text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organisation_id, run_id, class),
  FOREIGN KEY (organisation_id, run_id) REFERENCES deletion_run
);
CALL secure_tenant_table('deletion_trace');
REVOKE DELETE ON deletion_trace FROM hf_app;

-- What belongs to the whole appliance is kept for as long as the organisation that wants it longest.
CREATE POLICY system_reads ON retention_policy FOR SELECT TO hf_system USING (true);
GRANT SELECT ON retention_policy TO hf_system;

CREATE INDEX tier_move_ended ON tier_move (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX tier_move_run ON tier_move (run_id);

-- ---- the audit: nobody may delete from it but by this function, which leaves a row that says what went ----

CREATE INDEX audit_event_at ON audit_event (organisation_id, at, id);
CREATE POLICY owner_trims ON audit_event TO hf_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_reads ON legal_hold FOR SELECT TO hf_owner USING (true);
CREATE POLICY owner_reads ON organisation FOR SELECT TO hf_owner USING (true);

-- Removes the oldest rows of an organisation, or of the appliance where that is null, and answers how many; null where a hold stands. Rows of
-- the last 365 days are refused, whoever asks.
CREATE FUNCTION trim_audit_of(of_organisation uuid, older_than timestamptz, most integer, run text, by_kind text, by_id text, by_label text, by_request text)
  RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE ids bigint[]; gone record;
BEGIN
  IF older_than IS NULL OR older_than > clock_timestamp() - interval '365 days' THEN
    RAISE EXCEPTION 'the audit is kept for 365 days at least; % is younger', older_than;
  END IF;
  -- Who is placing a hold is waited for: libs/media/src/retention/hold.repository.ts takes the same lock.
  PERFORM pg_advisory_xact_lock(hashtextextended('legal_hold ' || id, 0)) FROM (
    SELECT id FROM organisation WHERE of_organisation IS NULL OR id = of_organisation ORDER BY id) o;
  IF EXISTS (SELECT FROM legal_hold WHERE released_at IS NULL AND (of_organisation IS NULL OR organisation_id = of_organisation)) THEN
    RETURN NULL;
  END IF;
  IF of_organisation IS NULL THEN
    SELECT array_agg(id) INTO ids FROM (SELECT id FROM audit_event WHERE organisation_id IS NULL AND at < older_than ORDER BY at, id LIMIT most) o;
  ELSE
    SELECT array_agg(id) INTO ids FROM (SELECT id FROM audit_event WHERE organisation_id = of_organisation AND at < older_than ORDER BY at, id LIMIT most) o;
  END IF;
  IF ids IS NULL THEN
    RETURN 0;
  END IF;
  WITH deleted AS (DELETE FROM audit_event WHERE id = ANY(ids) RETURNING *),
    line AS (
      SELECT id, at, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS instant, jsonb_build_object(
        'id', id, 'organisation', organisation_id, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'actorKind', actor_kind, 'actorId', actor_id, 'actorLabel', actor_label, 'action', action,
        'targetKind', target_kind, 'targetId', target_id, 'requestId', request_id, 'detail', detail)::text AS text
      FROM deleted)
  SELECT count(*)::integer AS entries, min(instant) AS first_at, max(instant) AS last_at, min(id) AS first_id, max(id) AS last_id,
    encode(sha256(string_agg(convert_to(text || E'\n', 'UTF8'), ''::bytea ORDER BY id)), 'hex') AS digest
  INTO gone FROM line;
  INSERT INTO audit_event (organisation_id, actor_kind, actor_id, actor_label, action, target_kind, target_id, request_id, detail)
  VALUES (of_organisation, by_kind, by_id, by_label, 'audit.trimmed', 'deletion-run', run, by_request, jsonb_build_object(
    'olderThan', older_than, 'entries', gone.entries, 'firstAt', gone.first_at, 'lastAt', gone.last_at,
    'firstId', gone.first_id, 'lastId', gone.last_id, 'sha256', gone.digest));
  RETURN gone.entries;
END $$;
REVOKE ALL ON FUNCTION trim_audit_of FROM PUBLIC;

CREATE FUNCTION trim_audit(older_than timestamptz, most integer, run text, by_kind text, by_id text, by_label text, by_request text)
  RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT trim_audit_of(current_organisation(), older_than, most, run, by_kind, by_id, by_label, by_request) $$;
REVOKE ALL ON FUNCTION trim_audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION trim_audit TO hf_app;

-- What happened before an organisation was known.
CREATE FUNCTION trim_appliance_audit(older_than timestamptz, most integer, run text, by_kind text, by_id text, by_label text, by_request text)
  RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT trim_audit_of(NULL, older_than, most, run, by_kind, by_id, by_label, by_request) $$;
REVOKE ALL ON FUNCTION trim_appliance_audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION trim_appliance_audit TO hf_system;

-- Down Migration
DROP FUNCTION trim_appliance_audit, trim_audit, trim_audit_of;
DROP POLICY owner_reads ON organisation;
DROP POLICY owner_reads ON legal_hold;
DROP POLICY owner_trims ON audit_event;
DROP INDEX audit_event_at, tier_move_ended, tier_move_run;
REVOKE SELECT ON retention_policy FROM hf_system;
DROP POLICY system_reads ON retention_policy;
DROP TABLE deletion_trace;
