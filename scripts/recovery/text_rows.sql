-- What open_text.py needs to know of all that is read and said in an asset: docs/formats/sealed-text.md
--   psql -At -v asset=UUID -f text_rows.sql DATABASE > ROWS.json      (as a superuser, whom row-level security does not bind)
SELECT json_build_object(
  'organisationId', a.organisation_id, 'assetId', a.id,
  'segments', (
    SELECT coalesce(json_agg(json_build_object('source', t.source, 'position', t.position, 'page', t.page, 'startSeconds', t.start_seconds,
      'endSeconds', t.end_seconds, 'text', t.text, 'words', t.words) ORDER BY t.source, t.position), '[]')
    FROM text_segment t WHERE t.organisation_id = a.organisation_id AND t.asset_id = a.id),
  'parts', (
    SELECT coalesce(json_agg(json_build_object('source', p.source, 'objectId', p.id, 'version', 1, 'sealed', encode(p.sealed, 'hex'),
      'keyId', p.key_id, 'keyVersion', p.key_version, 'wrapped', encode(p.wrapped_key, 'hex')) ORDER BY p.source, p.first_position), '[]')
    FROM sealed_text p WHERE p.organisation_id = a.organisation_id AND p.asset_id = a.id),
  'keys', (
    SELECT json_agg(json_build_object('keyId', v.key_id, 'version', v.version, 'kind', k.kind, 'wrapped', v.wrapped,
      'parentVersion', v.parent_version, 'providerKey', v.provider_key))
    FROM encryption_key_version v JOIN encryption_key k ON k.organisation_id = v.organisation_id AND k.id = v.key_id
    WHERE v.organisation_id = a.organisation_id AND v.wrapped IS NOT NULL AND (k.kind = 'organisation' OR v.key_id IN (
      SELECT p.key_id FROM sealed_text p WHERE p.organisation_id = a.organisation_id AND p.asset_id = a.id))))
FROM asset a WHERE a.id = :'asset';
