//! Attacks on the real binary, one file a family, each test named by the promise that the attack must not break.

mod access_tokens;
mod asking_again;
mod audit_log;
mod cross_site;
mod enrolment;
mod enumeration;
mod foreign_ids;
mod former_addresses;
mod forwarded_headers;
mod header_injection;
mod limits;
mod lock_out;
mod log_injection;
mod mail_bombing;
mod mass_assignment;
mod one_purpose;
mod passkeys;
mod path_tricks;
mod refresh_tokens;
mod refreshes_under_fire;
mod roles;
mod second_factor;
mod session_fixation;
mod stolen_sessions;
mod world;
mod worlds;
