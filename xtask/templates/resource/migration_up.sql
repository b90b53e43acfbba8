CREATE TABLE «nouns» (
    id «sql.id»,
    -- [% if by_either %]A user's or an organisation's[% elif by_users %]A user's; the other column is always null[% else %]An organisation's; the other column is always null[% endif %].
    owner_user_id «sql.key» CONSTRAINT «nouns»_owner_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    owner_organization_id «sql.key»
        CONSTRAINT «nouns»_owner_organization_id_fkey REFERENCES organizations (id) ON DELETE CASCADE,
    [%- for c in sql.columns %]
    «c»,
    [%- endfor %]
    created_at «sql.moment» NOT NULL,
    CONSTRAINT «nouns»_owner_check CHECK ([% if by_either %](owner_user_id IS NULL) <> (owner_organization_id IS NULL)[% elif by_users %]owner_user_id IS NOT NULL AND owner_organization_id IS NULL[% else %]owner_user_id IS NULL AND owner_organization_id IS NOT NULL[% endif %])
    [%- if unique %],
    CONSTRAINT «nouns»_owner_user_id_«title.name»_folded_key UNIQUE (owner_user_id, «title.name»_folded),
    CONSTRAINT «nouns»_owner_organization_id_«title.name»_folded_key UNIQUE (owner_organization_id, «title.name»_folded)
    [%- endif %]
)«sql.end»;
-- The lists of a user's «plural»; the first also serves the cascade from users.
[%- for i in sql.indexes_of_user %]
«i»
[%- endfor %]
-- The same for an organisation's; the first also serves the cascade from organizations. A row is in one of the two.
[%- for i in sql.indexes_of_organization %]
«i»
[%- endfor %]
-- The same for everybody's.
[%- for i in sql.indexes_of_all %]
«i»
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
-- How many there are, and how many of each owner.
[%- for t in sql.triggers %]
«t»
[%- endfor %]
