-- People and vehicles are found by the words of their choices too, and the row says who is in charge:
-- every row is to be made again.
UPDATE report SET stale = 1;
