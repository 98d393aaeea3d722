-- Up Migration
-- Models belong to the appliance: switching one makes work due in every organisation, in the transaction of the switch.
GRANT INSERT ON outbox TO hf_system;

-- Down Migration
REVOKE INSERT ON outbox FROM hf_system;
