//! Writes every mail, filled with samples, as files to look at: `samples -- <folder> [<folder with templates>]`.

use std::{error::Error, fs, path::PathBuf};

use ironplate_application::ports::MailRenderer;
use ironplate_mail::{Samples, Templates};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("name the folder to write to")?;
    let templates = Templates::load("Ironplate", "https://app.example.com", arguments.next().as_deref())?;
    fs::create_dir_all(&folder)?;
    for (number, sample) in Samples::all().into_iter().enumerate() {
        let mail = templates.render(&sample)?;
        let file = folder.join(format!("{number}_{}", sample.template.name()));
        fs::write(file.with_extension("html"), mail.html)?;
        fs::write(file.with_extension("txt"), format!("Subject: {}\n\n{}", mail.subject, mail.text))?;
    }
    Ok(())
}
