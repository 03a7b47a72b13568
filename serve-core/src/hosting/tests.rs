//! A replica's process without the process: what it answers to a server whose words are written by hand.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::*;
use crate::call::RequestInfo;
use crate::codec::{Arguments, Codec};
use crate::deployment;
use crate::link::{CallHead, Form, LinkError, Message, Receive, System};
use crate::packed::{pack, unpack};
use crate::remote::{Construction, HealthQuestion};
use crate::site::ReplicaHealth;

struct Greeter;

#[deployment]
impl Greeter {
    fn new() -> Self {
        Self
    }

    fn say_hello(&self, name: &str) -> String {
        format!("Hello {name}!")
    }

    fn check_health(&self) -> Result<(), String> {
        Err("undecided".to_owned())
    }
}

/// A server's end, by hand.
struct Server {
    link: Link,
    heard: mpsc::UnboundedReceiver<Message>,
    /// The replica's end.
    peer: Arc<Peer>,
}

struct Ear(mpsc::UnboundedSender<Message>);

impl Receive for Ear {
    fn opened(&mut self, _link: &Link) {}

    fn message(&mut self, message: Message) {
        drop(self.0.send(message));
    }

    fn closed(&mut self, _why: LinkError, _unsent: Vec<u64>) {}
}

impl Server {
    /// With a replica that has been constructed.
    async fn start() -> Self {
        let (near, far) = tokio::io::duplex(64 << 10);
        let tasks = Tasks::new(Handle::current());
        let callee = callee::<Greeter>(&tasks);
        let peer = Peer::new(Numbers::Even, callee, FarDeployments::resolver, &tasks);
        #[expect(clippy::disallowed_methods, reason = "a test hears all that there is")]
        let (ear, heard) = mpsc::unbounded_channel();
        let (limits, hello) = (Limits::default(), || hello(TypeInfo::of::<Greeter>()));
        let (link, far) = tokio::join!(
            Link::open(near, &tasks, limits, hello(), Ear(ear)),
            Link::open(far, &tasks, limits, hello(), peer.receiver()),
        );
        far.unwrap();
        let mut server = Self { link: link.unwrap(), heard, peer };
        let construction = Construction {
            application: "default".to_owned(),
            deployment: "Greeter".to_owned(),
            replica: "default#Greeter#0".to_owned(),
            ongoing_max: 1,
            stuck_after: None,
            arguments: Bytes::new(),
            own_series_max: None,
        };
        let body = pack(&construction).unwrap();
        let head = CallHead::of("", Form::System(System::Construct), &RequestInfo::root());
        let answer = server.ask(head, body.into()).await;
        assert!(matches!(answer, Message::Reply { .. }), "{answer:?}");
        server
    }

    async fn ask(&mut self, head: CallHead, body: Bytes) -> Message {
        self.link.send(&Message::Call { stream: 1, head, body: body.into() }).unwrap();
        let answer = tokio::time::timeout(Duration::from_secs(30), self.heard.recv()).await;
        answer.unwrap().unwrap()
    }

    async fn say_hello(&mut self, signature: u64) -> Message {
        let head = CallHead::of("say_hello", Form::Unary, &RequestInfo::root());
        let mut arguments = Arguments::new();
        arguments.add("name", &"Alice".to_owned(), Some(Codec::SERDE));
        self.ask(CallHead { signature, ..head }, arguments.finish().unwrap()).await
    }
}

#[tokio::test]
async fn a_call_is_answered_whose_signature_is_right_or_not_said() {
    let mut server = Server::start().await;
    for signature in [Greeter::METHODS[0].signature, 0] {
        let answer = server.say_hello(signature).await;
        let Message::Reply { body, .. } = answer else { panic!("{answer:?}") };
        assert_eq!(
            Codec::<String>::SERDE.decode(&body.into_bytes(), "result").unwrap(),
            "Hello Alice!"
        );
    }
}

#[tokio::test]
async fn a_call_with_another_signature_is_refused_by_name() {
    let mut server = Server::start().await;
    let answer = server.say_hello(1).await;
    let Message::Error { error, .. } = answer else { panic!("{answer:?}") };
    let why = error.into_failure();
    assert_eq!(why.executed(), crate::Executed::No);
    assert_eq!(
        why.to_string(),
        "method `say_hello` of deployment `Greeter` was not executed: the replica is of another \
         build, where it has other arguments or another result"
    );
}

#[tokio::test]
async fn a_method_that_is_not_there_is_refused() {
    let mut server = Server::start().await;
    let head = CallHead::of("say_goodbye", Form::Unary, &RequestInfo::root());
    let answer = server.ask(head, Bytes::new()).await;
    let Message::Error { error, .. } = answer else { panic!("{answer:?}") };
    assert_eq!(error.into_failure().executed(), crate::Executed::No);
}

#[tokio::test]
async fn a_health_check_may_fail_with_whatever_words() {
    let mut server = Server::start().await;
    let question = HealthQuestion { timeout: Duration::from_secs(30), stuck_after: None };
    let question = pack(&question).unwrap();
    let head = CallHead::of("", Form::System(System::CheckHealth), &RequestInfo::root());
    let Message::Reply { body, .. } = server.ask(head, question.into()).await else { panic!() };
    let health: ReplicaHealth = unpack(&body.into_bytes()).unwrap();
    assert_eq!(health, ReplicaHealth::Failed("undecided".to_owned()));
}

#[tokio::test]
async fn events_that_a_lost_link_cannot_take_are_kept() {
    let server = Server::start().await;
    let events = Events::new("Greeter#0", Some(Severity::Info));
    server.peer.close();
    server.peer.closed().said().await;
    events.note(Record::new(Severity::Info, "goodbye".to_owned()));
    events.flush(&server.peer).await;
    assert_eq!(events.waiting(), 1);
}

#[tokio::test]
async fn a_server_that_goes_away_dismisses_its_replica() {
    let server = Server::start().await;
    server.link.send(&Message::GoAway { reason: "done".to_owned() }).unwrap();
    let said = tokio::time::timeout(Duration::from_secs(30), server.peer.leaving().said()).await;
    assert_eq!(said.unwrap(), "done");
}
