DROP TABLE sessions;
DROP TABLE items;
DROP TABLE users;
