-- How often the caches were made again from the log: whoever keeps a copy of them in memory sees that it
-- is an old one, although no number was given.
ALTER TABLE tenant_head ADD COLUMN made INTEGER NOT NULL DEFAULT 0;

-- A row that is to be made again; until then, or when its envelopes are damaged, it says what it said.
ALTER TABLE report ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;
CREATE INDEX report_stale ON report (tenant) WHERE stale = 1;

-- A type that keeps no content has nothing to complete.
UPDATE report SET stale = 1 WHERE type = 'vigilance_referral';
