//! The two tables of one database.

use crate::{
    flood::Flood,
    rounds::{Contest, Costs},
    table::{Aim, Table},
};

/// Everything that was found out on one database.
pub(crate) struct Report {
    pub(crate) engine: &'static str,
    pub(crate) rounds: Contest<Costs, Costs>,
    pub(crate) flood: Flood,
    /// Milliseconds to the first 200.
    pub(crate) start: f64,
    /// MiB, before anybody asked anything.
    pub(crate) memory_idle: f64,
    /// MiB, when all is over and the server has rested.
    pub(crate) memory_after: f64,
}

impl Report {
    pub(crate) fn print(&self) {
        println!("\n{}: requests\n", self.engine);
        self.requests().print();
        println!("\n{}: the process\n", self.engine);
        self.process().print();
    }

    fn requests(&self) -> Table<8> {
        let Contest {
            baseline,
            users_me,
            items,
            items_twin,
            items_page,
            create_item,
            create_item_by_many,
            log_in,
            argon,
        } = &self.rounds;
        let mut table = Table::new(["", "ratio", "aim", "", "a second", "server µs", "database µs", "load µs"]);
        let none = || [String::new(), String::new()];
        let cpu = |costs: &Costs| costs.ratio(baseline, |cost| cost.cpu);
        let of_cpu = |ratio: f64| format!("{ratio:.2} x CPU");
        let held = |name: &str, costs: &Costs, most: f64| {
            let ratio = cpu(costs);
            row(name, costs, &of_cpu(ratio), Aim::AtMost(most).judge(ratio, " x"))
        };
        let is_sqlite = self.engine == "SQLite";
        table.add(row("bare actix-web, one row", baseline, "1", none()));
        table.add(held("GET /users/me", users_me, if is_sqlite { 1.1 } else { 1.2 }));
        table.add(held("GET /items/?limit=100", items, if is_sqlite { 4.0 } else { 3.0 }));
        table.add(row("GET /items/?limit=25", items_twin, &of_cpu(cpu(items_twin)), none()));
        let ratio = items_page.ratio(items_twin, |cost| cost.cpu);
        let words = format!("{ratio:.2} x CPU of the row above");
        table.add(row("GET /dashboard/items", items_page, &words, Aim::AtMost(1.4).judge(ratio, " x")));
        table.add(held("POST /items/", create_item, 3.0));
        // On PostgreSQL it is the disk that says how many: each commit is one of its own.
        let rate = create_item_by_many.median(|cost| cost.rate);
        let aim = if is_sqlite { Aim::AtLeast(12_000.0).judge(rate, " a second") } else { none() };
        table.add(row("POST /items/, 64 connections", create_item_by_many, &of_cpu(cpu(create_item_by_many)), aim));
        let ratio = log_in.ratio(argon, |cost| cost.rate);
        let words = format!("{ratio:.2} x a second, {:.2} x CPU", log_in.ratio(argon, |cost| cost.cpu));
        table.add(row("log in", log_in, &words, Aim::AtLeast(0.97).judge(ratio, " x")));
        table.add(row("Argon2id alone", argon, "1", none()));
        table
    }

    fn process(&self) -> Table<4> {
        let Flood { p99_alone, p99_flooded, ratio, log_ins, memory } = self.flood;
        let mut table = Table::new(["", "", "aim", ""]);
        let mut add = |name: &str, value: String, [aim, verdict]: [String; 2]| {
            table.add([name.to_owned(), value, aim, verdict]);
        };
        let none = || [String::new(), String::new()];
        add("GET /users/me, p99 alone", format!("{p99_alone:.2} ms"), none());
        add("GET /users/me, p99 under 32 log-ins", format!("{p99_flooded:.2} ms"), none());
        add("the one in terms of the other", format!("{ratio:.2} x"), Aim::AtMost(2.5).judge(ratio, " x"));
        add("log-ins meanwhile", format!("{log_ins:.0} a second"), none());
        let mut memory_row = |name: &str, mib: f64, aim: Option<Aim>| {
            add(name, format!("{mib:.1} MiB"), aim.map_or_else(none, |aim| aim.judge(mib, " MiB")));
        };
        memory_row("memory, idle after start", self.memory_idle, Some(Aim::AtMost(20.0)));
        memory_row("memory under the log-ins, at most", memory, Some(Aim::AtMost(80.0)));
        memory_row(
            "memory, idle after all that",
            self.memory_after,
            Some(Aim::AtMost((self.memory_idle + 6.0).round())),
        );
        add("start to the first 200", format!("{:.0} ms", self.start), Aim::AtMost(40.0).judge(self.start, " ms"));
        table
    }
}

fn row(name: &str, costs: &Costs, ratio: &str, [aim, verdict]: [String; 2]) -> [String; 8] {
    let rate = costs.median(|cost| cost.rate);
    let cpu = costs.median(|cost| cost.cpu);
    let [cpu, database, generator] = [cpu, costs.median(|cost| cost.database), costs.median(|cost| cost.generator)]
        .map(|micros| if micros.is_nan() { "-".to_owned() } else { format!("{micros:.1}") });
    [name.to_owned(), ratio.to_owned(), aim, verdict, format!("{rate:.0}"), cpu, database, generator]
}
