-- [% if sql.before %]«sql.before» in rows that are there, and in those that an older server writes[% else %]Missing in rows that are there, and in those that an older server writes[% endif %].
[%- for c in sql.columns %]
ALTER TABLE «nouns» ADD COLUMN «c»;
[%- endfor %]
[%- if sql.references %]
-- What refers to something, for whoever deletes that.
[%- for i in sql.references %]
«i»
[%- endfor %]
[%- endif %]
[%- if sql.search %]
-- What is searched for.
«sql.search»
[%- endif %]
[%- if sql.indexes %]
-- The lists that are sorted by it: a user's, an organisation's, everybody's.
[%- for i in sql.indexes %]
«i»
[%- endfor %]
[%- endif %]
