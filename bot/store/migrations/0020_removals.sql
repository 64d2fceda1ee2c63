-- What is to be removed is found channel by channel.
DROP INDEX removal_to_do;
CREATE INDEX removal_to_do ON removal (channel_id, tried_at, requested_at) WHERE removed_at IS NULL AND error IS NULL;
