-- A thousand organisations, a million items of theirs, and ten thousand members of the first. ID() and MOMENT(n) are the database's own.

INSERT INTO users
    (id, email, email_canonical, email_folded, full_name, full_name_folded, is_active, is_superuser, is_verified, created_at)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
SELECT ID(), 'one' || n || '@example.org', 'one' || n || '@example.org', 'one' || n || '@example.org', 'One ' || n,
    'one ' || n, true, false, true, MOMENT(n)
FROM numbers;

INSERT INTO organizations (id, name, name_folded, slug, created_at)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000)
SELECT ID(), 'Organisation ' || n, 'organisation ' || n, 'organization-' || n, MOMENT(n) FROM numbers;

INSERT INTO memberships (organization_id, user_id, role, email_canonical, created_at)
SELECT organizations.id, users.id, 'member', users.email_canonical, users.created_at FROM organizations, users
WHERE slug = 'organization-1' AND users.email_canonical LIKE '%@example.org';

INSERT INTO memberships (organization_id, user_id, role, email_canonical, created_at)
SELECT organizations.id, users.id, 'member', users.email_canonical, organizations.created_at FROM organizations, users
WHERE users.email_canonical = 'thousand@example.com';

INSERT INTO memberships (organization_id, user_id, role, email_canonical, created_at)
SELECT organizations.id, users.id, 'member', users.email_canonical, organizations.created_at FROM organizations, users
WHERE users.email_canonical = 'ten@example.com'
    AND slug IN ('organization-1', 'organization-2', 'organization-3', 'organization-4', 'organization-5', 'organization-6',
        'organization-7', 'organization-8', 'organization-9', 'organization-1000');

-- The last has a hundred, the first a hundred thousand, and all others nine hundred.
INSERT INTO items
    (id, owner_organization_id, title, title_folded, description, description_folded, status, created_at)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000)
SELECT ID(), organizations.id, 'Buy milk', 'buy milk', 'The whole sort, two bottles of it',
    'the whole sort, two bottles of it', 'open', MOMENT(n)
FROM numbers
JOIN organizations ON slug = 'organization-' || CASE
    WHEN n <= 100 THEN 1000
    WHEN n <= 100100 THEN 1
    ELSE 2 + n % 998
END;

ANALYZE;
