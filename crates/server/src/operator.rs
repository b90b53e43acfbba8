//! Who has the command line of this machine.

use std::fs;

use ironplate_application::Operator;

/// What the kernel says where nobody logged in, as in a container.
const UNSET: &str = "4294967295";

/// Whoever runs this process.
pub(crate) fn of_this_machine() -> Operator {
    Operator { login: login(), ..Operator::default() }
}

/// Whoever logged in, also when they became somebody else since (`sudo`); else whom the process runs as. Linux alone tells.
fn login() -> Option<String> {
    let logged_in = fs::read_to_string("/proc/self/loginuid").ok().filter(|id| id.trim() != UNSET);
    let status = fs::read_to_string("/proc/self/status").ok();
    let runs_as = status.as_deref().and_then(|status| status.split("\nUid:").nth(1)?.split_whitespace().next());
    let id = logged_in.as_deref().map(str::trim).or(runs_as)?;
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    Some(name_of(id, &users).map_or_else(|| format!("user {id}"), str::to_owned))
}

fn name_of<'a>(id: &str, users: &'a str) -> Option<&'a str> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_the_name_that_the_machine_knows() {
        let users = "root:x:0:0:root:/root:/bin/bash\n# half a line\nann:x:1000:1000:Ann,,,:/home/ann:/bin/sh\n";
        assert_eq!(name_of("1000", users), Some("ann"));
        assert_eq!(name_of("0", users), Some("root"));
        assert_eq!(name_of("100", users), None);
    }
}
