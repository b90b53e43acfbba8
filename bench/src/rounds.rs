//! Everything in turn, round after round.

use std::time::Duration;

use crate::{
    Outcome,
    argon::Hashing,
    database::Database,
    figures::{Cost, count, median, micros_each},
    load::Load,
    plan::Plan,
    process::{Server, cpu_of},
};

/// Something that is asked of a server.
pub(crate) struct Contender<'a> {
    pub(crate) server: &'a Server,
    pub(crate) load: Load,
}

/// Who meets whom.
pub(crate) struct Contest<T, Argon> {
    pub(crate) baseline: T,
    pub(crate) users_me: T,
    pub(crate) items: T,
    /// A page of items, as the API gives it and as the dashboard does.
    pub(crate) items_twin: T,
    pub(crate) items_page: T,
    pub(crate) create_item: T,
    /// The same by many at once, who may share commits.
    pub(crate) create_item_by_many: T,
    pub(crate) log_in: T,
    pub(crate) argon: Argon,
}

/// What the rounds told of one contender.
#[derive(Default)]
pub(crate) struct Costs(Vec<Cost>);

impl Costs {
    pub(crate) fn add(&mut self, cost: Cost) {
        self.0.push(cost);
    }

    pub(crate) fn median(&self, figure: impl Fn(&Cost) -> f64) -> f64 {
        median(self.0.iter().map(figure))
    }

    /// How many times the other's. Compared round by round: neighbours in time met the same machine.
    pub(crate) fn ratio(&self, other: &Self, figure: impl Fn(&Cost) -> f64) -> f64 {
        median(self.0.iter().zip(&other.0).map(|(mine, theirs)| figure(mine) / figure(theirs)))
    }
}

impl Contest<Contender<'_>, Hashing> {
    pub(crate) async fn run(&self, database: &Database, plan: &Plan) -> Outcome<Contest<Costs, Costs>> {
        let Self { baseline, users_me, items, items_twin, items_page, create_item, create_item_by_many, log_in, argon } =
            self;
        for contender in [baseline, users_me, items, items_twin, items_page, create_item, create_item_by_many, log_in] {
            contender.load.run(plan.slice / 4).await?;
        }
        let mut costs = Contest::default();
        for _ in 0..plan.rounds {
            costs.baseline.0.push(baseline.measure(database, plan).await?);
            costs.users_me.0.push(users_me.measure(database, plan).await?);
            costs.items.0.push(items.measure(database, plan).await?);
            costs.items_twin.0.push(items_twin.measure(database, plan).await?);
            costs.items_page.0.push(items_page.measure(database, plan).await?);
            costs.create_item.0.push(create_item.measure(database, plan).await?);
            costs.create_item_by_many.0.push(create_item_by_many.measure(database, plan).await?);
            costs.log_in.0.push(log_in.measure(database, plan).await?);
            costs.argon.0.push(argon.measure(plan.slice)?);
        }
        Ok(costs)
    }
}

impl Default for Contest<Costs, Costs> {
    fn default() -> Self {
        let none = Costs::default;
        Self {
            baseline: none(),
            users_me: none(),
            items: none(),
            items_twin: none(),
            items_page: none(),
            create_item: none(),
            create_item_by_many: none(),
            log_in: none(),
            argon: none(),
        }
    }
}

impl Contender<'_> {
    pub(crate) async fn measure(&self, database: &Database, plan: &Plan) -> Outcome<Cost> {
        let (server, backends, generator) = (self.server.cpu()?, database.cpu().await?, cpu_of("self")?);
        let answered = self.load.run(plan.slice).await?;
        let requests = answered.latencies.len();
        let since = |before, after: Duration| micros_each(after.saturating_sub(before), requests);
        Ok(Cost {
            rate: count(requests) / answered.elapsed.as_secs_f64(),
            cpu: since(server, self.server.cpu()?),
            database: backends.zip(database.cpu().await?).map_or(f64::NAN, |(before, after)| since(before, after)),
            generator: since(generator, cpu_of("self")?),
        })
    }
}
