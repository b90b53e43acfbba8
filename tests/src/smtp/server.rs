//! The mail server that a test holds in its hand.

use std::{collections::BTreeMap, net::SocketAddr};

use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::JoinSet,
    time::timeout,
};

use super::{
    Behaviour, ReceivedMail,
    behaviour::Rules,
    conversation::Conversation,
    records::{Delivery, Records},
};
use crate::PATIENCE;

/// Takes mail on a port of 127.0.0.1, or does to it what it was told.
pub struct SmtpServer {
    address: SocketAddr,
    /// Bound and never listening: keeps others from the port while the server is down.
    _reservation: TcpSocket,
    tasks: JoinSet<()>,
    rules: watch::Sender<Rules>,
    records: watch::Sender<Records>,
}

impl SmtpServer {
    /// A server that takes everything.
    #[must_use]
    pub fn start() -> Self {
        let mut server = Self::start_down();
        server.come_up();
        server
    }

    /// A server that is down: its port is known, and refuses connections.
    #[must_use]
    pub fn start_down() -> Self {
        let reservation = bind("127.0.0.1:0".parse().expect("an address"));
        let address = reservation.local_addr().expect("an address");
        let (rules, records) = (watch::Sender::new(Rules::default()), watch::Sender::new(Records::default()));
        Self { address, _reservation: reservation, tasks: JoinSet::new(), rules, records }
    }

    /// Where it listens; the same after it was down.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes all connections and refuses new ones.
    pub async fn go_down(&mut self) {
        self.tasks.shutdown().await;
    }

    /// Listens again.
    pub fn come_up(&mut self) {
        let listener = bind(self.address).listen(1024).expect("a port to listen on");
        let (rules, records) = (self.rules.clone(), self.records.clone());
        self.tasks.spawn(serve(listener, rules, records));
    }

    /// Does this from now on, to messages for everybody that there is no rule for.
    pub fn tell(&self, behaviour: Behaviour) {
        self.rules.send_modify(|rules| rules.general = behaviour);
    }

    /// Does this from now on to messages for this recipient, as soon as `RCPT` names it.
    pub fn tell_about(&self, recipient: &str, behaviour: Behaviour) {
        self.rules.send_modify(|rules| {
            rules.by_recipient.insert(recipient.to_owned(), behaviour);
        });
    }

    /// Connections that were made so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.records.borrow().connections
    }

    /// Mails that somebody tried to hand over so far: each `MAIL`, and each conversation that a fault ended before.
    #[must_use]
    pub fn attempts(&self) -> usize {
        self.records.borrow().attempts
    }

    /// Every mail taken so far.
    #[must_use]
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.records.borrow().deliveries.iter().map(read).collect()
    }

    /// Every mail to this recipient taken so far.
    #[must_use]
    pub fn mails_to(&self, recipient: &str) -> Vec<ReceivedMail> {
        self.records.borrow().deliveries.iter().filter(|delivery| delivery.is_for(recipient)).map(read).collect()
    }

    /// The tokens that refusals quoted so far.
    #[must_use]
    pub fn quoted_tokens(&self) -> Vec<String> {
        self.records.borrow().quoted.iter().filter(|token| !token.is_empty()).cloned().collect()
    }

    /// How many mails were taken so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.records.borrow().deliveries.len()
    }

    /// How often each mail was taken, by its `Message-ID`.
    #[must_use]
    pub fn deliveries_by_id(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for mail in self.mails() {
            *counts.entry(mail.message_id().to_owned()).or_default() += 1;
        }
        counts
    }

    /// How many mails were taken for each recipient.
    #[must_use]
    pub fn deliveries_by_recipient(&self) -> BTreeMap<String, usize> {
        self.records.borrow().by_recipient()
    }

    /// Waits until so many mails were taken; answers all there are.
    pub async fn wait_for(&self, count: usize) -> Vec<ReceivedMail> {
        self.wait(&format!("{count} mails"), |records| records.deliveries.len() >= count).await;
        self.mails()
    }

    /// Waits for the first mail to this recipient.
    pub async fn wait_for_mail_to(&self, recipient: &str) -> ReceivedMail {
        self.wait_for_mails_to(recipient, 1).await.remove(0)
    }

    /// Waits until so many mails were taken for this recipient; answers all there are, the oldest first.
    pub async fn wait_for_mails_to(&self, recipient: &str, count: usize) -> Vec<ReceivedMail> {
        let taken = |records: &Records| records.deliveries.iter().filter(|it| it.is_for(recipient)).count() >= count;
        self.wait(&format!("{count} mails to {recipient}"), taken).await;
        self.mails_to(recipient)
    }

    /// Waits until so many attempts were made; see [`attempts`](Self::attempts).
    pub async fn wait_for_attempts(&self, count: usize) {
        self.wait(&format!("{count} attempts"), |records| records.attempts >= count).await;
    }

    /// Patience begins anew with each mail that is taken.
    async fn wait(&self, what: &str, mut is_so: impl FnMut(&Records) -> bool) {
        let mut records = self.records.subscribe();
        loop {
            let before = self.count();
            let moves = |records: &Records| is_so(records) || records.deliveries.len() > before;
            let outcome = timeout(PATIENCE, records.wait_for(moves)).await.map(|_| ());
            assert!(outcome.is_ok(), "the mail server waited in vain for {what}: {}", *self.records.borrow());
            if is_so(&self.records.borrow()) {
                return;
            }
        }
    }
}

/// Several sockets may have this port as long as at most one of them listens.
fn bind(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("a socket that shares its port");
    socket.bind(address).expect("a port");
    socket
}

async fn serve(listener: TcpListener, rules: watch::Sender<Rules>, records: watch::Sender<Records>) {
    // Dropped with the task, and every connection with it.
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        conversations.spawn(Conversation::new(stream, rules.subscribe(), records.clone()).hold());
        while conversations.try_join_next().is_some() {}
    }
}

fn read(delivery: &Delivery) -> ReceivedMail {
    ReceivedMail::read(delivery.sender.clone(), delivery.recipients.clone(), &delivery.raw)
}
