//! What superusers do with everybody's accounts.

mod changing;
mod creating;
mod deleting;
mod ensuring;
mod operating;
mod seeing;

use ironplate_domain::Actor;
use ironplate_testkit::World;

/// A superuser and a plain user.
async fn root_and_ann() -> World {
    World::new().with_superuser("root@example.com").await.with_user("ann@example.com").await
}

fn root(world: &World) -> Actor {
    world.actor("root@example.com")
}
