DROP TABLE «nouns»;
