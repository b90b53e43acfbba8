//! The table `«nouns»`.

use diesel::prelude::*;
use «product»_application::{
    «nouns»::«Type»Order,
    ports::{OwnedRow, Page, PageRequest, StoreResult},
};
use «product»_domain::{Changes, «Type», «Type»Changes};

use super::{list, owned::owned};
use crate::{
    record::record,
    types::{«imports.persistence»},
};

diesel::table! {
    use diesel::sql_types::{«imports.sql_types»};
    use crate::types::{«imports.own_sql_types»};

    «nouns» (id) {
        id -> DbUuid,
        owner_user_id -> Nullable<DbUuid>,
        owner_organization_id -> Nullable<DbUuid>,
        [%- for c in columns %]
        «c.name» -> [% if c.optional %]Nullable<«c.diesel»>[% else %]«c.diesel»[% endif %],
        [%- endfor %]
        created_at -> DbTimestamp,
    }
}

record! {
    «nouns»: «Type» {
        id: id;
        owner: owner_user_id, owner_organization_id;
        created_at: created_at;
    }
    «Type»Changes {
        [%- for f in fields %]
        «f.name»: «f.kept»;
        [%- endfor %]
    }
}

owned! {
    «nouns»: «Type»[% if unique %], violating [«title.type»][% endif %][% if refers %], referring [[% for f in references %]«f.target.missing»: «f.name» to «f.target.nouns»[% if not loop.last %], [% endif %][% endfor %]][% endif %][% if in_use %], in use [«Type»InUse][% endif %];
    searched: [% for f in searched %]«f.name»_folded[% if not loop.last %], [% endif %][% endfor %];
    sorted: «Type»Order {
        Newest | Oldest => Moment: «nouns»::created_at,
        [%- for f in ordered %]
        «f.order.up» | «f.order.down» => «f.order.stored_key»: «f.order.column»,
        [%- endfor %]
    }
}
