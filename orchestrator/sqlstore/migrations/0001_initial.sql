-- The store of the orchestrator. Money is INTEGER fen, an instant INTEGER Unix nanoseconds (0 = none), yes and no
-- are 1 and 0. The merchant comes first in every key. Columns named *_json hold lists and settings that no query
-- looks into. Columns marked "derived" repeat what the rules say of a state, so that an index can hold it.

CREATE TABLE merchants (
  id             TEXT NOT NULL PRIMARY KEY,
  name           TEXT NOT NULL,
  brand_zh       TEXT NOT NULL,
  token_hash     TEXT NOT NULL,
  clock          TEXT NOT NULL,
  test_now       INTEGER NOT NULL,
  policy_json    TEXT NOT NULL,
  gateway_url    TEXT NOT NULL,
  sealed_gateway BLOB,
  webhook_url    TEXT NOT NULL,
  sealed_webhook BLOB,
  version        INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL
);
CREATE UNIQUE INDEX merchants_token ON merchants (token_hash) WHERE token_hash <> '';

CREATE TABLE channels (
  merchant_id      TEXT NOT NULL REFERENCES merchants (id),
  channel_id       TEXT NOT NULL,
  base_url         TEXT NOT NULL,
  member_no        TEXT NOT NULL,
  sealed_keys      BLOB,
  profile_json     TEXT NOT NULL,
  state            TEXT NOT NULL,
  priority         INTEGER NOT NULL,
  fee_fixed        INTEGER NOT NULL,
  fee_basis_points INTEGER NOT NULL,
  notify_url       TEXT NOT NULL,
  call_timeout     INTEGER NOT NULL, -- nanoseconds
  version          INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, channel_id)
);

CREATE TABLE healths (
  merchant_id  TEXT NOT NULL,
  channel_id   TEXT NOT NULL,
  misses       INTEGER NOT NULL,
  open_until   INTEGER NOT NULL,
  trial        INTEGER NOT NULL,
  window_bits  INTEGER NOT NULL,
  window_count INTEGER NOT NULL,
  version      INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, channel_id)
);

CREATE TABLE cards (
  merchant_id     TEXT NOT NULL REFERENCES merchants (id),
  id              TEXT NOT NULL,
  payer_id        TEXT NOT NULL,
  state           TEXT NOT NULL,
  bound           INTEGER NOT NULL, -- derived
  bank            TEXT NOT NULL,
  card_type       TEXT NOT NULL,
  fingerprint     TEXT NOT NULL,
  elements_print  TEXT NOT NULL,
  confirmed_print TEXT NOT NULL,
  masked_number   TEXT NOT NULL,
  masked_mobile   TEXT NOT NULL,
  sealed_elements BLOB,
  sealed_open_id  BLOB,
  bindings        INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  unbound_at      INTEGER NOT NULL,
  version         INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
-- A payer binds a card once.
CREATE UNIQUE INDEX cards_bound ON cards (merchant_id, payer_id, fingerprint) WHERE bound = 1;
CREATE INDEX cards_taken_away ON cards (merchant_id, payer_id, fingerprint, unbound_at) WHERE bound = 0;

CREATE TABLE standings (
  merchant_id    TEXT NOT NULL,
  card_id        TEXT NOT NULL,
  channel_id     TEXT NOT NULL,
  check_no       TEXT NOT NULL,
  checked_at     INTEGER NOT NULL,
  code_passed_at INTEGER NOT NULL,
  code_check_no  TEXT NOT NULL,
  debited_at     INTEGER NOT NULL,
  raw            INTEGER NOT NULL,
  version        INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, card_id, channel_id)
);

CREATE TABLE agreements (
  merchant_id  TEXT NOT NULL,
  id           TEXT NOT NULL,
  payer_id     TEXT NOT NULL,
  card_id      TEXT NOT NULL,
  channel_id   TEXT NOT NULL,
  member_no    TEXT NOT NULL,
  agreement_no TEXT NOT NULL,
  signing_id   TEXT NOT NULL,
  state        TEXT NOT NULL,
  active       INTEGER NOT NULL, -- derived
  signed_at    INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  ended_at     INTEGER NOT NULL,
  queries      INTEGER NOT NULL,
  evidence_id  TEXT NOT NULL,
  lease_owner  TEXT NOT NULL,
  lease_until  INTEGER NOT NULL,
  lease_fence  INTEGER NOT NULL,
  due_at       INTEGER NOT NULL,
  version      INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
-- One active agreement per payer, card and channel (A3).
CREATE UNIQUE INDEX agreements_active ON agreements (merchant_id, payer_id, card_id, channel_id) WHERE active = 1;
CREATE INDEX agreements_card ON agreements (merchant_id, card_id, signed_at, id);
CREATE INDEX agreements_number ON agreements (merchant_id, channel_id, agreement_no);
CREATE INDEX agreements_due ON agreements (merchant_id, due_at) WHERE due_at > 0;
CREATE INDEX agreements_leased ON agreements (lease_owner) WHERE lease_owner <> '';

CREATE TABLE checks (
  merchant_id TEXT NOT NULL,
  id          TEXT NOT NULL,
  owner_kind  TEXT NOT NULL,
  owner_id    TEXT NOT NULL,
  card_id     TEXT NOT NULL,
  channel_id  TEXT NOT NULL,
  member_no   TEXT NOT NULL,
  check_no    TEXT NOT NULL,
  elements_print TEXT NOT NULL,
  state       TEXT NOT NULL,
  reason      TEXT NOT NULL,
  sends       INTEGER NOT NULL,
  evidence_id TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  ended_at    INTEGER NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  lease_fence INTEGER NOT NULL,
  due_at      INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
CREATE INDEX checks_due ON checks (merchant_id, due_at) WHERE due_at > 0;
CREATE INDEX checks_leased ON checks (lease_owner) WHERE lease_owner <> '';

CREATE TABLE signings (
  merchant_id        TEXT NOT NULL,
  id                 TEXT NOT NULL,
  owner_kind         TEXT NOT NULL,
  owner_id           TEXT NOT NULL,
  payer_id           TEXT NOT NULL,
  card_id            TEXT NOT NULL,
  channel_id         TEXT NOT NULL,
  member_no          TEXT NOT NULL,
  sign_no            TEXT NOT NULL,
  method             TEXT NOT NULL,
  reason             TEXT NOT NULL,
  state              TEXT NOT NULL,
  is_open            INTEGER NOT NULL, -- derived
  fail_reason        TEXT NOT NULL,
  sms_seq            INTEGER NOT NULL,
  sms_sender         TEXT NOT NULL,
  sms_about          TEXT NOT NULL,
  sms_masked_mobile  TEXT NOT NULL,
  sms_sent_at        INTEGER NOT NULL,
  sms_expires_at     INTEGER NOT NULL,
  sms_resend_after   INTEGER NOT NULL,
  sms_count          INTEGER NOT NULL,
  failures           INTEGER NOT NULL,
  tries              INTEGER NOT NULL,
  tries_left         INTEGER NOT NULL,
  own_hash           BLOB,             -- keyed hash of a platform-sent code, never the code
  own_spent          INTEGER NOT NULL,
  check_id           TEXT NOT NULL,
  check_no           TEXT NOT NULL,
  elements_print     TEXT NOT NULL,
  binding            INTEGER NOT NULL,
  legacy_json        TEXT NOT NULL,
  route_version      INTEGER NOT NULL,
  confirm_sent       INTEGER NOT NULL,
  sent_at            INTEGER NOT NULL,
  not_signed         INTEGER NOT NULL,
  not_found          INTEGER NOT NULL,
  queries            INTEGER NOT NULL,
  watched            INTEGER NOT NULL,
  agreement_id       TEXT NOT NULL,
  evidence_id        TEXT NOT NULL,
  created_at         INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  ended_at           INTEGER NOT NULL,
  lease_owner        TEXT NOT NULL,
  lease_until        INTEGER NOT NULL,
  lease_fence        INTEGER NOT NULL,
  due_at             INTEGER NOT NULL,
  version            INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
CREATE UNIQUE INDEX signings_number ON signings (channel_id, sign_no, member_no); -- and finds by sign number alone
-- One open signing per payer, card and channel.
CREATE UNIQUE INDEX signings_open ON signings (merchant_id, payer_id, card_id, channel_id) WHERE is_open = 1;
CREATE INDEX signings_owner ON signings (merchant_id, owner_id);
CREATE INDEX signings_check ON signings (merchant_id, check_id) WHERE check_id <> '';
CREATE INDEX signings_card ON signings (merchant_id, card_id, created_at);
CREATE INDEX signings_due ON signings (merchant_id, due_at) WHERE due_at > 0;
CREATE INDEX signings_leased ON signings (lease_owner) WHERE lease_owner <> '';

CREATE TABLE decisions (
  merchant_id     TEXT NOT NULL,
  id              TEXT NOT NULL,
  owner_kind      TEXT NOT NULL,
  owner_id        TEXT NOT NULL,
  card_id         TEXT NOT NULL,
  route_version   INTEGER NOT NULL,
  policy          TEXT NOT NULL,
  amount          INTEGER NOT NULL,
  payer_present   INTEGER NOT NULL,
  chosen          TEXT NOT NULL,
  silent          INTEGER NOT NULL,
  sign_reason     TEXT NOT NULL,
  failure         TEXT NOT NULL,
  candidates_json TEXT NOT NULL,
  inputs          TEXT NOT NULL,
  at              INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
CREATE INDEX decisions_owner ON decisions (merchant_id, owner_id, route_version);

CREATE TABLE checkouts (
  merchant_id   TEXT NOT NULL,
  id            TEXT NOT NULL,
  payer_id      TEXT NOT NULL,
  card_id       TEXT NOT NULL,
  amount        INTEGER NOT NULL,
  decision_id   TEXT NOT NULL,
  route_version INTEGER NOT NULL,
  mode          TEXT NOT NULL,
  payment_id    TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  version       INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);

CREATE TABLE payments (
  merchant_id       TEXT NOT NULL REFERENCES merchants (id),
  id                TEXT NOT NULL,
  merchant_order_no TEXT NOT NULL,
  payer_id          TEXT NOT NULL,
  card_id           TEXT NOT NULL,
  checkout_id       TEXT NOT NULL,
  amount            INTEGER NOT NULL,
  summary           TEXT NOT NULL,
  payer_present     INTEGER NOT NULL,
  status            TEXT NOT NULL,
  open              INTEGER NOT NULL, -- derived
  phase             TEXT NOT NULL,
  failure_code      TEXT NOT NULL,
  retryable         INTEGER NOT NULL,
  route_version     INTEGER NOT NULL,
  decision_id       TEXT NOT NULL,
  channel_id        TEXT NOT NULL,
  signing_id        TEXT NOT NULL,
  check_id          TEXT NOT NULL,
  attempt_id        TEXT NOT NULL,
  excluded_json     TEXT NOT NULL,
  moves             INTEGER NOT NULL,
  late_success      INTEGER NOT NULL,
  conflict          INTEGER NOT NULL,
  manual            INTEGER NOT NULL,
  created_at        INTEGER NOT NULL,
  completed_at      INTEGER NOT NULL,
  version           INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
-- A merchant's order number stands for one payment for ever (I5).
CREATE UNIQUE INDEX payments_order ON payments (merchant_id, merchant_order_no);
CREATE INDEX payments_newest ON payments (merchant_id); -- rows of one merchant in the order of insertion
CREATE INDEX payments_id ON payments (id);
CREATE INDEX payments_open ON payments (merchant_id, card_id) WHERE open = 1;

CREATE TABLE attempts (
  merchant_id       TEXT NOT NULL,
  id                TEXT NOT NULL,
  payment_id        TEXT NOT NULL,
  payer_id          TEXT NOT NULL,
  card_id           TEXT NOT NULL,
  channel_id        TEXT NOT NULL,
  member_no         TEXT NOT NULL,
  order_no          TEXT NOT NULL,
  order_time        INTEGER NOT NULL,
  amount            INTEGER NOT NULL,
  agreement_id      TEXT NOT NULL,
  agreement_no      TEXT NOT NULL,
  check_no          TEXT NOT NULL,
  by_elements       INTEGER NOT NULL,
  elements_print    TEXT NOT NULL,
  raw               INTEGER NOT NULL,
  route_version     INTEGER NOT NULL,
  decision_id       TEXT NOT NULL,
  summary           TEXT NOT NULL,
  state             TEXT NOT NULL,
  live              INTEGER NOT NULL, -- derived
  counts            INTEGER NOT NULL, -- derived
  reason            TEXT NOT NULL,
  expires_at        INTEGER NOT NULL,
  send_until        INTEGER NOT NULL,
  sends             INTEGER NOT NULL,
  written           INTEGER NOT NULL,
  sms_seq           INTEGER NOT NULL,
  sms_sender        TEXT NOT NULL,
  sms_about         TEXT NOT NULL,
  sms_masked_mobile TEXT NOT NULL,
  sms_sent_at       INTEGER NOT NULL,
  sms_expires_at    INTEGER NOT NULL,
  sms_resend_after  INTEGER NOT NULL,
  tries_left        INTEGER NOT NULL,
  queries           INTEGER NOT NULL,
  last_query_at     INTEGER NOT NULL,
  unknown_since     INTEGER NOT NULL,
  not_found_count   INTEGER NOT NULL,
  not_found_first   INTEGER NOT NULL,
  not_found_last    INTEGER NOT NULL,
  not_found_mixed   INTEGER NOT NULL,
  close_asked       INTEGER NOT NULL,
  close_wanted      INTEGER NOT NULL,
  evidence_id       TEXT NOT NULL,
  manual            INTEGER NOT NULL,
  conflict          INTEGER NOT NULL,
  created_at        INTEGER NOT NULL,
  ended_at          INTEGER NOT NULL,
  lease_owner       TEXT NOT NULL,
  lease_until       INTEGER NOT NULL,
  lease_fence       INTEGER NOT NULL,
  due_at            INTEGER NOT NULL,
  version           INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id),
  FOREIGN KEY (merchant_id, payment_id) REFERENCES payments (merchant_id, id)
);
-- At most one attempt of a payment can still debit (M7).
CREATE UNIQUE INDEX attempts_live ON attempts (merchant_id, payment_id) WHERE live = 1;
-- An order number is used once at a channel, for ever.
CREATE UNIQUE INDEX attempts_order ON attempts (channel_id, order_no, member_no); -- and finds by order number alone
CREATE INDEX attempts_payment ON attempts (merchant_id, payment_id);
CREATE INDEX attempts_used ON attempts (merchant_id, card_id, channel_id, order_time) WHERE counts = 1;
CREATE INDEX attempts_due ON attempts (merchant_id, due_at) WHERE due_at > 0;
CREATE INDEX attempts_leased ON attempts (lease_owner) WHERE lease_owner <> '';

CREATE TABLE verifications (
  merchant_id   TEXT NOT NULL,
  id            TEXT NOT NULL,
  payer_id      TEXT NOT NULL,
  card_id       TEXT NOT NULL,
  status        TEXT NOT NULL,
  open          INTEGER NOT NULL, -- derived
  phase         TEXT NOT NULL,
  failure_code  TEXT NOT NULL,
  retryable     INTEGER NOT NULL,
  route_version INTEGER NOT NULL,
  decision_id   TEXT NOT NULL,
  channel_id    TEXT NOT NULL,
  signing_id    TEXT NOT NULL,
  check_id      TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  completed_at  INTEGER NOT NULL,
  version       INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
CREATE INDEX verifications_open ON verifications (merchant_id, card_id) WHERE open = 1;

CREATE TABLE sync_items (
  merchant_id TEXT NOT NULL,
  id          TEXT NOT NULL,
  batch_id    TEXT NOT NULL,
  item_id     TEXT NOT NULL,
  payer_id    TEXT NOT NULL,
  card_id     TEXT NOT NULL,
  channel_id  TEXT NOT NULL,
  signing_id  TEXT NOT NULL,
  check_id    TEXT NOT NULL,
  legacy_json TEXT NOT NULL,
  result      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
CREATE INDEX sync_items_batch ON sync_items (merchant_id, batch_id);

CREATE TABLE idempotency_keys (
  merchant_id TEXT NOT NULL,
  operation   TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  problem     TEXT NOT NULL,
  tries_left  INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, operation, key)
);

CREATE TABLE inbox (
  merchant_id TEXT NOT NULL,
  channel_id  TEXT NOT NULL,
  event_id    TEXT NOT NULL,
  digest      TEXT NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, channel_id, event_id)
);

CREATE TABLE notices (
  merchant_id TEXT NOT NULL,
  id          TEXT NOT NULL,
  kind        TEXT NOT NULL,
  purpose     TEXT NOT NULL,
  reference   TEXT NOT NULL,
  card_id     TEXT NOT NULL,
  amount      INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  status      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  payload     BLOB,
  tries       INTEGER NOT NULL,
  given_up    INTEGER NOT NULL,
  done_at     INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  lease_fence INTEGER NOT NULL,
  due_at      INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
CREATE INDEX notices_reference ON notices (merchant_id, reference);
CREATE INDEX notices_due ON notices (merchant_id, due_at) WHERE due_at > 0;
CREATE INDEX notices_leased ON notices (lease_owner) WHERE lease_owner <> '';

CREATE TABLE events (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  merchant_id TEXT NOT NULL,
  reference   TEXT NOT NULL,
  subject     TEXT NOT NULL,
  subject_id  TEXT NOT NULL,
  channel_id  TEXT NOT NULL,
  actor       TEXT NOT NULL,
  name        TEXT NOT NULL,
  old         TEXT NOT NULL,
  new         TEXT NOT NULL,
  cause       TEXT NOT NULL,
  evidence_id TEXT NOT NULL,
  fence       INTEGER NOT NULL,
  at          INTEGER NOT NULL
);
CREATE INDEX events_reference ON events (merchant_id, reference, seq);

CREATE TABLE evidence (
  merchant_id TEXT NOT NULL,
  id          TEXT NOT NULL,
  channel_id  TEXT NOT NULL,
  operation   TEXT NOT NULL,
  number      TEXT NOT NULL,
  proof       TEXT NOT NULL,
  code        TEXT NOT NULL,
  detail      TEXT NOT NULL,
  wire_status INTEGER NOT NULL,
  wire_digest TEXT NOT NULL,
  wire_masked BLOB,
  at          INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, id)
);

-- What has been seen and decided is never rewritten.
CREATE TRIGGER events_keep_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_keep_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER evidence_keep_update BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_keep_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER decisions_keep_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decisions_keep_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
