//! Faults of ours, as they pass by on their way into the log: each of our lines at level ERROR is one, and no others come here.

use std::{backtrace::Backtrace, fmt};

use ironplate_measure::{LoggedError, at_hand};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, filter::LevelFilter, layer::Context, registry::LookupSpan};

use crate::logging::OURS;

/// What the line of a panic says.
pub(crate) const PANICKED: &str = "panicked";

/// Notes a fault with the work that met it, so that it is told once, when that is over and all of it is known; or tells it at
/// once where there is none.
pub(super) fn fault_layer<S: Subscriber + for<'a> LookupSpan<'a>>(
    tell: impl Fn(&LoggedError) + Send + Sync + 'static,
) -> impl Layer<S> {
    FaultLayer(tell).with_filter(LevelFilter::ERROR)
}

/// Takes all that comes for a fault.
struct FaultLayer<Tell>(Tell);

impl<S: Subscriber, Tell: Fn(&LoggedError) + 'static> Layer<S> for FaultLayer<Tell> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let target = event.metadata().target();
        if !(target.starts_with(OURS) || target == "audit") {
            return;
        }
        let mut fault = LoggedError { what: String::new(), details: Vec::new(), stack: None };
        event.record(&mut Fields(&mut fault));
        // Of an error it would tell where it was logged.
        if fault.what == PANICKED {
            fault.stack = Some(Backtrace::force_capture().to_string());
        }
        let mut unclaimed = Some(fault);
        at_hand(|work| unclaimed.take().map(|fault| work.failed(fault)));
        if let Some(fault) = unclaimed {
            self.0(&fault);
        }
    }
}

struct Fields<'a>(&'a mut LoggedError);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.details.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" { self.0.what = text } else { self.0.details.push((field.name(), text)) }
    }
}

/// What is told while this runs.
#[cfg(test)]
pub(crate) fn faults_during(run: impl FnOnce()) -> Vec<String> {
    use std::sync::mpsc::channel;

    use tracing_subscriber::{layer::SubscriberExt, registry};

    let (tell, told) = channel();
    let layer = fault_layer(move |fault: &LoggedError| tell.send(fault.what.clone()).expect("somebody listens"));
    tracing::subscriber::with_default(registry().with(layer), run);
    told.into_iter().collect()
}
