-- What open_key.py needs to know of an object: docs/formats/wrapped-keys.md
--   psql -At -v object=UUID -f key_rows.sql DATABASE > ROWS.json      (as a superuser, whom row-level security does not bind)
SELECT json_build_object(
  'organisationId', o.organisation_id, 'objectId', o.id, 'version', 1,
  'keyId', o.key_id, 'keyVersion', o.key_version, 'wrapped', encode(o.wrapped_key, 'hex'),
  'keys', (
    SELECT json_agg(json_build_object('keyId', v.key_id, 'version', v.version, 'kind', k.kind, 'wrapped', v.wrapped,
      'parentVersion', v.parent_version, 'providerKey', v.provider_key))
    FROM encryption_key_version v JOIN encryption_key k ON k.organisation_id = v.organisation_id AND k.id = v.key_id
    WHERE v.organisation_id = o.organisation_id AND v.wrapped IS NOT NULL AND (v.key_id = o.key_id OR k.kind = 'organisation')))
FROM stored_object o WHERE o.id = :'object';
