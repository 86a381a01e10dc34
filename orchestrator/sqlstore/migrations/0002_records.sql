-- A decision keeps all that it went by, so that it can be made again.
ALTER TABLE decisions ADD COLUMN terms_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE channels ADD COLUMN profile_digest TEXT NOT NULL DEFAULT '';

-- Due rows that could not be begun, and how often in a row.
CREATE TABLE due_failures (
  merchant_id TEXT NOT NULL,
  kind        TEXT NOT NULL,
  id          TEXT NOT NULL,
  failures    INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, kind, id)
);

-- A channel knows a merchant by its member number: two merchants with one number would share agreements and orders.
CREATE UNIQUE INDEX channels_member ON channels (channel_id, member_no);

-- Confirmed elements that others have taken the place of, until those are confirmed too.
ALTER TABLE cards ADD COLUMN former_mobile TEXT NOT NULL DEFAULT '';
ALTER TABLE cards ADD COLUMN former_elements BLOB;
