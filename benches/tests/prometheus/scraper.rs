//! Prometheus itself, for as long as a test wants it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long Prometheus may take to come up, or to see something.
const PATIENCE: Duration = Duration::from_secs(60);

/// A series of an answer: its labels, and its value.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) labels: BTreeMap<String, String>,
    pub(super) value: f64,
}

/// A Prometheus of its own that scrapes one server every second. Dropped, it is killed.
#[derive(Debug)]
pub(super) struct Prometheus {
    child: Child,
    address: SocketAddr,
    directory: PathBuf,
}

impl Prometheus {
    /// Scrapes `/metrics` there.
    pub(super) async fn start(target: SocketAddr) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("prometheus-{}-{}", std::process::id(), NEXT.fetch_add(1, Relaxed));
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&directory).unwrap();
        let config = directory.join("prometheus.yml");
        fs::write(
            &config,
            format!(
                "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\n\
                 scrape_configs:\n\
                 - job_name: serve\n  static_configs: [{{targets: ['{target}']}}]\n"
            ),
        )
        .unwrap();
        let address = free_address();
        let log = File::create(directory.join("log")).unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", directory.join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--log.level=warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("Prometheus starts: `apt-get install prometheus` where it is missing");
        let prometheus = Self { child, address, directory };
        prometheus.wait_for("up == 1", |up| !up.is_empty()).await;
        prometheus
    }

    /// What it makes of an expression.
    ///
    /// # Errors
    ///
    /// It does not answer, or does not understand.
    pub(super) async fn ask(&self, expression: &str) -> Result<Vec<Sample>, String> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("query", expression)
            .finish();
        let answer = self.get(&format!("/api/v1/query?{query}")).await?;
        if answer["status"] != "success" || !answer["warnings"].is_null() {
            return Err(format!("{expression}: {answer}"));
        }
        let result = answer["data"]["result"].as_array().ok_or("it is no vector")?;
        result.iter().map(|series| sample(series).ok_or_else(|| series.to_string())).collect()
    }

    /// The answer as soon as it is as it shall be.
    pub(super) async fn wait_for(
        &self,
        expression: &str,
        is_so: impl Fn(&[Sample]) -> bool,
    ) -> Vec<Sample> {
        let mut last = Err("nobody has asked".to_owned());
        let waiting = async {
            loop {
                last = self.ask(expression).await;
                match &last {
                    Ok(samples) if is_so(samples) => return samples.clone(),
                    _ => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        };
        let answer = tokio::time::timeout(PATIENCE, waiting).await;
        answer.unwrap_or_else(|_| panic!("{expression}: {last:?}\n{}", self.log()))
    }

    /// Waits for so many more scrapes.
    pub(super) async fn scrape(&self, times: u32) {
        let scrapes = "count_over_time(up[1h])";
        let before = self.ask(scrapes).await.unwrap()[0].value;
        self.wait_for(scrapes, |now| now.len() == 1 && now[0].value >= before + f64::from(times))
            .await;
    }

    /// What it thinks of what it scrapes: `health` and `lastError` of its only target.
    pub(super) async fn target(&self) -> (String, String) {
        let targets = self.get("/api/v1/targets").await.unwrap();
        let target = &targets["data"]["activeTargets"][0];
        let text = |name: &str| target[name].as_str().unwrap_or_default().to_owned();
        (text("health"), text("lastError"))
    }

    /// Its warnings and errors.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    async fn get(&self, path: &str) -> Result<Value, String> {
        let text = |error: std::io::Error| error.to_string();
        let mut connection = TcpStream::connect(self.address).await.map_err(text)?;
        // Of that version there is no chunked body to read.
        let request = format!("GET {path} HTTP/1.0\r\nhost: {}\r\n\r\n", self.address);
        connection.write_all(request.as_bytes()).await.map_err(text)?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.map_err(text)?;
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        serde_json::from_str(body).map_err(|error| format!("{error}: {answer}"))
    }
}

fn sample(series: &Value) -> Option<Sample> {
    let labels = series["metric"].as_object()?.iter();
    let labels = labels.map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    Some(Sample {
        labels: labels.collect::<Option<_>>()?,
        value: series["value"][1].as_str()?.parse().ok()?,
    })
}

/// It cannot be told to choose a port itself.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended already, and there is nobody to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}
