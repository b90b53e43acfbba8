-- Whoever can write the file can do anything: the retention is held by the application.
SELECT 1;
