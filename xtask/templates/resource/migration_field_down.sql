[%- for name in sql.names_of_indexes -%]
DROP INDEX «name»;
[% endfor -%]
[%- for name in sql.names_of_columns -%]
ALTER TABLE «nouns» DROP COLUMN «name»;
[% endfor -%]
[%- if sql.search_before -%]
«sql.search_before»
[% endif -%]
