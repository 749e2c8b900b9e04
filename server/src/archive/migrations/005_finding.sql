-- People and vehicles are found by the words of their choices too, and the row says who is in charge:
-- every row is to be made again.
-- They are made page by page in the order of the document: an index in that order, or each page would sort the rest.
DROP INDEX report_unhandled;
DROP INDEX report_stale;
CREATE INDEX report_unhandled ON report (tenant, doc) WHERE handled IS NULL;
CREATE INDEX report_stale ON report (tenant, doc) WHERE stale = 1;
UPDATE report SET stale = 1;
