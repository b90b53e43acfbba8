//! Which trace a request is part of: by the header of W3C Trace Context, from trusted proxies alone.

use actix_web::{dev::ServiceRequest, http::header::HeaderName};
use ironplate_measure::{ParentSpan, Trace, sampler};
use uuid::Uuid;

use crate::{Host, RequestHead, request_id::X_REQUEST_ID};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Two digits of version, 32 of the trace, 16 of the span, two of flags.
const LENGTH: usize = 55;

const SAMPLED: u8 = 1;

/// The trace of a request of this id, if it is traced. Where nothing is, nothing is looked at.
pub(crate) fn choose(host: &Host, request: &ServiceRequest, id: &str) -> Option<Trace> {
    let sampler = sampler()?;
    let parent = host.trusts(request.request().peer()).then(|| given(request)).flatten();
    let own = Uuid::try_parse(id).ok().filter(|id| !id.is_nil()).unwrap_or_else(|| host.new_request_id());
    // What somebody else chose, they may choose twice.
    let is_ours = !request.headers().contains_key(X_REQUEST_ID);
    sampler.choose(parent, own, || if is_ours { own } else { host.new_request_id() })
}

/// Whoever sends two of them means neither.
fn given(request: &ServiceRequest) -> Option<ParentSpan> {
    let mut values = request.headers().get_all(TRACEPARENT);
    match (values.next(), values.next()) {
        (Some(value), None) => parse(value.to_str().ok()?),
        _ => None,
    }
}

/// What is not exactly as the specification has it is none. A later version may have more to say behind what is known.
fn parse(text: &str) -> Option<ParentSpan> {
    let (known, more) = text.split_at_checked(LENGTH)?;
    let mut fields = known.split('-');
    let (version, trace) = (fields.next()?, fields.next()?);
    let (span, flags) = (fields.next()?, fields.next()?);
    let is_whole = fields.next().is_none() && [version, trace, span, flags].map(str::len) == [2, 32, 16, 2];
    let is_hex = known.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    let is_known_end = if version == "00" { more.is_empty() } else { more.is_empty() || more.starts_with('-') };
    if !(is_whole && is_hex && is_known_end) || version == "ff" {
        return None;
    }
    let trace = Uuid::from_u128(u128::from_str_radix(trace, 16).ok()?);
    let span = u64::from_str_radix(span, 16).ok()?;
    let is_sampled = u8::from_str_radix(flags, 16).ok()? & SAMPLED != 0;
    (!trace.is_nil() && span != 0).then_some(ParentSpan { trace, span, is_sampled })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
    const SPAN: u64 = 0x00f0_67aa_0ba9_02b7;

    #[test]
    fn what_is_as_the_specification_has_it_is_taken() {
        for (text, is_sampled) in [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03", true),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe", false),
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-later", true),
        ] {
            let expected = ParentSpan { trace: Uuid::from_u128(TRACE), span: SPAN, is_sampled };
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn all_else_is_none() {
        for text in [
            "",
            "-",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "0-04bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
            "00-4bf92f3577b34da6-a3ce929d0e0e4736-00f067aa0ba902b7-1",
            " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-\u{e9}",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\u{e9}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"0".repeat(1_000_000)), None);
    }
}
