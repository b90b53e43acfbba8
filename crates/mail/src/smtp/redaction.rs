//! Keeps secrets out of what an operator reads.

use ironplate_application::ports::RenderedMail;

/// From this length on, letters in a row are no common word: tokens have 43.
const SUSPICIOUS: usize = 16;

/// The reply without the password and without any long run of letters that is also in the mail: spam filters like to
/// quote the link that they stumbled over.
pub(super) fn redacted(reply: &str, content: &RenderedMail, password: Option<&str>) -> String {
    let reply = match password {
        Some(password) if !password.is_empty() => reply.replace(password, "…"),
        _ => reply.to_owned(),
    };
    let mail = content.text.to_ascii_lowercase();
    let is_of_the_mail = |run: &str| {
        // What follows an equals sign in quoted-printable begins like this.
        let run = run.strip_prefix("3D").unwrap_or(run);
        run.len() >= SUSPICIOUS && mail.contains(&run.to_ascii_lowercase())
    };
    let mut out = String::with_capacity(reply.len());
    let mut rest = reply.as_str();
    while let Some(start) = rest.find(is_token_letter) {
        let (before, from_run) = rest.split_at(start);
        let length = from_run.find(|letter| !is_token_letter(letter)).unwrap_or(from_run.len());
        let (run, behind) = from_run.split_at(length);
        out.push_str(before);
        out.push_str(if is_of_the_mail(run) { "…" } else { run });
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn is_token_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "4Jm0-KqX_c7TzY2wVb9sLhRfE3uNpGa6DoQi8xZtSeM";

    fn shown(reply: &str) -> String {
        let text = format!("Hello\nhttps://app.example.com/reset-password?token={TOKEN}\n");
        let content = RenderedMail { subject: String::new(), html: String::new(), text };
        redacted(reply, &content, Some("hunter2"))
    }

    #[test]
    fn the_link_is_left_out_in_whole_and_in_part() {
        assert_eq!(shown(&format!("bad link ?token={TOKEN}!")), "bad link ?token=…!");
        assert_eq!(shown(&format!("bad link ?token=3D{}=", &TOKEN[..20])), "bad link ?token=…=");
        assert_eq!(shown(&TOKEN.to_uppercase()), "…");
    }

    #[test]
    fn the_password_is_left_out() {
        assert_eq!(shown("no hunter2 here"), "no … here");
    }

    #[test]
    fn the_rest_stays_as_it_is() {
        let reply = "5.7.1 Müll, see https://help.example.org/a-page-on-blocked-mail#4f5e6d7c8b9a0f1e2d3c";
        assert_eq!(shown(reply), reply);
    }
}
