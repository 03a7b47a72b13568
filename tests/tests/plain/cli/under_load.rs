//! Changes by the command line while clients call: no request fails, and the command says what has become of it.

use tests::load::Load;

use super::program::{File, HELLO, Server, deployable};

/// Clients who ask all the time for what `hello` says.
fn clients(server: &Server) -> Load<String> {
    let (client, url) = (tests::client(), format!("http://{}/", server.http));
    Load::start(4, move || {
        let asking = client.get(&url).send();
        async move {
            let answer = asking.await.and_then(reqwest::Response::error_for_status)?;
            answer.text().await
        }
    })
}

/// So many answers more show that it is served meanwhile.
const ANSWERS: usize = 40;

/// Operators' demands 7 and 15: a version that cannot be made costs no request, and is no success.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_version_is_refused_and_the_old_one_serves() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let load = clients(&server);
    load.answers(ANSWERS).await;
    let deployment = "deployments: [{ name: Greeter, max_constructor_retry_count: 1 }]";
    let text =
        format!("applications: [{{ name: hello, args: {{ greeting: '' }}, {deployment} }}]\n");
    let bad = File::new("load-bad.yaml", &deployable(&text));
    let (status, output, complaint) = server.ask_beside(&["deploy", bad.path()]).await;
    assert_eq!(status, 1, "{complaint}");
    for words in ["`hello` failed", "there is nothing to say", "Revision 1 serves as before"] {
        assert!(complaint.contains(words), "{words}: {complaint}");
    }
    let failed = output.lines().filter(|line| line.starts_with("! hello")).count();
    assert!(failed >= 2, "the replica, and the update: {output}");
    load.answers(ANSWERS).await;
    // Of several that fail each is told, and none of them is a mistake in the file.
    let other = "{ name: other, app: hello, route_prefix: /other, args: { greeting: '' }, ";
    let two = text.replace("]\n", &format!(", {other}{deployment} }}]\n"));
    let two = File::new("load-two-bad.yaml", &deployable(&two));
    let (status, _, complaint) = server.ask_beside(&["deploy", two.path()]).await;
    assert_eq!(status, 1, "{complaint}");
    assert!(
        complaint.contains("`hello` failed") && complaint.contains("`other` failed"),
        "{complaint}"
    );
    load.answers(ANSWERS).await;
    let answers = load.end().await;
    assert!(answers.iter().all(|seen| *seen == ["Hi"]), "{answers:?}");
    assert_eq!(server.end(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deploy_scale_unpin_restart_and_rollback_cost_no_request() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let load = clients(&server);
    load.answers(ANSWERS).await;
    let later = File::new("load-good.yaml", &deployable(&HELLO.replace("Hi", "Ho")));
    let verbs: [(&[&str], &str); 6] = [
        (&["deploy", later.path()], "hello RUNNING /"),
        (&["scale", "hello", "Greeter", "3"], "hello RUNNING, Greeter 3/3"),
        (&["restart", "hello"], "hello RUNNING, Greeter 3/3"),
        (&["restart", "hello", "Greeter"], "hello RUNNING, Greeter 3/3"),
        (&["unpin", "hello", "Greeter"], "hello RUNNING, Greeter 1/1"),
        (&["rollback", "hello"], "hello RUNNING, Greeter 1/1"),
    ];
    for (arguments, expected) in verbs {
        let (status, output, complaint) = server.ask_beside(arguments).await;
        assert_eq!(status, 0, "{arguments:?}: {complaint}");
        assert_eq!(output.lines().last(), Some(expected), "{arguments:?}: {output}");
        load.answers(ANSWERS).await;
    }
    // From old to new and back; where both run side by side, in turns.
    let answers = load.end().await;
    let is_known = |answer: &String| answer == "Hi" || answer == "Ho";
    assert!(answers.iter().flatten().all(is_known), "{answers:?}");
    assert!(
        answers.iter().all(|seen| seen.first().is_some_and(|first| first == "Hi")),
        "{answers:?}"
    );
    assert_eq!(server.get("/"), "Hi");
    assert_eq!(server.end(), Some(0));
}

/// Operators' demand 6: who pins, and who has declared, are both seen on the command line.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pin_is_seen_wins_and_ends() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let load = clients(&server);
    load.answers(ANSWERS).await;
    assert_eq!(server.ask_beside(&["scale", "hello", "Greeter", "2"]).await.0, 0);
    let (_, pinned, _) = server.ask_beside(&["status", "hello"]).await;
    assert!(pinned.contains("2 of 2 replicas, pinned to 2"), "{pinned}");
    // The load is there all the time, and does not move it.
    load.answers(ANSWERS).await;
    let (_, events, _) = server.ask_beside(&["events", "--application", "hello"]).await;
    assert!(events.contains("pinned"), "{events}");
    // Another declaration of the number ends the pin.
    let text = HELLO
        .replace("}]", ", deployments: [{ name: Greeter, num_replicas: 3 }] }]")
        .replace("} ,", "},");
    let declared = File::new("declared.yaml", &deployable(&text));
    let (status, _, complaint) = server.ask_beside(&["deploy", declared.path()]).await;
    assert_eq!(status, 0, "{complaint}");
    let (_, after, _) = server.ask_beside(&["status", "hello"]).await;
    assert!(after.contains("3 of 3 replicas") && !after.contains("pinned"), "{after}");
    let answers = load.end().await;
    assert!(answers.iter().all(|seen| *seen == ["Hi"]), "{answers:?}");
    assert_eq!(server.end(), Some(0));
}
