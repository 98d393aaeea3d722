-- Up Migration
-- Of the audit also goes what happened before an organisation was known; whether a hold stands anywhere is asked before.
CREATE POLICY system_reads ON legal_hold FOR SELECT TO hf_system USING (true);
GRANT SELECT (organisation_id, released_at) ON legal_hold TO hf_system;

-- Down Migration
REVOKE SELECT (organisation_id, released_at) ON legal_hold FROM hf_system;
DROP POLICY system_reads ON legal_hold;
