-- So many rows of each sort: items of one owner, users, audit events of a year, messages. ID(), MOMENT(n) and SECONDS_AGO(n) are the database's
-- own, as is COUNT.

INSERT INTO items
    (id, owner_user_id, title, title_folded, description, description_folded, status, created_at)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < COUNT)
SELECT ID(), users.id, CASE n WHEN COUNT / 2 THEN 'Needle' ELSE 'Buy milk' END, CASE n WHEN COUNT / 2 THEN 'needle' ELSE 'buy milk' END,
    'The whole sort, two bottles of it', 'the whole sort, two bottles of it', 'open', MOMENT(n)
FROM numbers JOIN users ON users.email_canonical = 'owner@example.com';

-- Of a hundred, one is inactive, one has not accepted an invitation, and one has not confirmed the address.
INSERT INTO users
    (id, email, email_canonical, email_folded, full_name, full_name_folded, password_hash, is_active, is_superuser, is_verified, created_at)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < COUNT)
SELECT ID(), 'one' || n || '@example.org', 'one' || n || '@example.org', 'one' || n || '@example.org', 'One ' || n,
    'one ' || n, CASE n % 100 WHEN 1 THEN NULL ELSE 'none' END, n % 100 <> 0, false, n % 100 <> 2, MOMENT(n)
FROM numbers;

-- Of a hundred, one failed and one is of a rare kind; of a thousand, one is the owner's.
INSERT INTO audit_events (id, happened_at, kind, outcome, actor_id, subject_id, details, request_id)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < COUNT)
SELECT ID(), SECONDS_AGO(31104000 / COUNT * n), CASE n % 100 WHEN 3 THEN 'user.deleted' ELSE 'session.log_in' END,
    CASE n % 100 WHEN 4 THEN 'failure' ELSE 'success' END, CASE n % 1000 WHEN 5 THEN users.id ELSE ID() END,
    CASE n % 1000 WHEN 5 THEN users.id ELSE ID() END, '{}', 'request-' || n
FROM numbers JOIN users ON users.email_canonical = 'owner@example.com';

-- Of a hundred, one waits, for a day that is far, and one was given up.
INSERT INTO outbox
    (id, template, recipient, recipient_canonical, recipient_folded, facts, created_at, state, attempts, due_at, finished_at)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < COUNT)
SELECT ID(), 'test_mail', 'one' || n || '@example.org', 'one' || n || '@example.org', 'one' || n || '@example.org', '{}', MOMENT(n),
    CASE n % 100 WHEN 6 THEN 'queued' WHEN 7 THEN 'dead' ELSE 'sent' END, 1, SECONDS_AGO(-300000000),
    CASE n % 100 WHEN 6 THEN NULL ELSE SECONDS_AGO(0) END
FROM numbers;

ANALYZE;
