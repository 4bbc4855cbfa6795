-- The ledger row that keeps what a notification tells of its call. A process of before this one shows those without a call.
ALTER TABLE notifications ADD COLUMN effect_id TEXT;
