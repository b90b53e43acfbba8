DROP TABLE «nouns»;
DELETE FROM row_counts WHERE relation = '«nouns»';
