//! The figures as Markdown and JSON, with the machine that they come from.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use crate::inside::AppliedRow;
use crate::load::LoadRow;
use crate::past::PastRow;
use crate::size::{SizeRow, StartRow};
use crate::socket::SocketRow;

/// Everything that one run measured.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Report {
    pub(crate) machine: String,
    pub(crate) date: String,
    pub(crate) binary_mb: f64,
    pub(crate) bare_per_second: f64,
    pub(crate) load: Vec<LoadRow>,
    pub(crate) socket: Option<SocketRow>,
    pub(crate) rebuild_per_second: f64,
    pub(crate) applied: Vec<AppliedRow>,
    pub(crate) past: Vec<PastRow>,
    pub(crate) fold_per_second: f64,
    pub(crate) decode_and_fold_per_second: f64,
    pub(crate) start: Vec<StartRow>,
    pub(crate) sizes: Vec<SizeRow>,
    pub(crate) list_slope: f64,
    pub(crate) search_slope: f64,
    pub(crate) search_rare_slope: f64,
    pub(crate) search_common_slope: f64,
}

impl Report {
    #[allow(clippy::cast_precision_loss, reason = "a file of some megabytes")]
    #[allow(
        clippy::disallowed_methods,
        reason = "a report is dated by the machine's clock"
    )]
    pub(crate) fn new(binary: &Path) -> Result<Self> {
        Ok(Self {
            machine: machine(),
            date: jiff::Zoned::now().date().to_string(),
            binary_mb: std::fs::metadata(binary)?.len() as f64 / 1e6,
            bare_per_second: 0.0,
            load: Vec::new(),
            socket: None,
            rebuild_per_second: 0.0,
            applied: Vec::new(),
            past: Vec::new(),
            fold_per_second: 0.0,
            decode_and_fold_per_second: 0.0,
            start: Vec::new(),
            sizes: Vec::new(),
            list_slope: 0.0,
            search_slope: 0.0,
            search_rare_slope: 0.0,
            search_common_slope: 0.0,
        })
    }

    /// Writes `results.md` and `results.json` into `folder`.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("results.md"), self.markdown())?;
        std::fs::write(
            folder.join("results.json"),
            serde_json::to_string_pretty(self)? + "\n",
        )?;
        Ok(())
    }

    /// The tables.
    pub(crate) fn markdown(&self) -> String {
        // Writing to a String cannot fail.
        let mut text = String::new();
        let _ = writeln!(
            text,
            "Measured {} on {}, client and server on the same cores.\n",
            self.date, self.machine
        );
        self.write_load(&mut text);
        self.write_targets(&mut text);
        self.write_past(&mut text);
        self.write_sizes(&mut text);
        text
    }

    fn write_load(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "Bare SQLite, one row and one fsync a commit: {:.0}/s.\n",
            self.bare_per_second
        );
        text.push_str(
            "| clients | acknowledged commands/s | × bare | p50 ms | p99 ms | p99.9 ms \
             | server µs/command | client µs/command |\n",
        );
        text.push_str("|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        for row in &self.load {
            let _ = writeln!(
                text,
                "| {} | {:.0} | {:.1} | {:.2} | {:.2} | {:.2} | {:.0} | {:.0} |",
                row.clients,
                row.per_second,
                row.times_bare,
                row.p50_ms,
                row.p99_ms,
                row.p999_ms,
                row.server_us,
                row.client_us
            );
        }
        text.push('\n');
    }

    fn write_targets(&self, text: &mut String) {
        text.push_str("| figure | measured | to reach |\n|---|---:|---:|\n");
        let times = |clients| {
            let row = self.load.iter().find(|row| row.clients == clients);
            row.map_or(f64::NAN, |row| row.times_bare)
        };
        let mut line = |name: &str, measured: String, target: &str| {
            let _ = writeln!(text, "| {name} | {measured} | {target} |");
        };
        line(
            "commands at 64 clients, × bare",
            format!("{:.1}", times(64)),
            "≥ 3",
        );
        line(
            "commands at 256 clients, × bare",
            format!("{:.1}", times(256)),
            "≥ 5",
        );
        if let Some(socket) = &self.socket {
            line(
                "acknowledged → socket p99 at 100/s",
                format!("{:.1} ms", socket.p99_ms),
                "≤ 25 ms",
            );
        }
        line(
            "views rebuilt, events/s",
            format!("{:.0}", self.rebuild_per_second),
            "≥ 100,000",
        );
        for row in &self.applied {
            let name = format!("events applied to live views, {} at a time, /s", row.batch);
            line(&name, format!("{:.0}", row.per_second), "");
        }
        line(
            "state folded in memory, events/s",
            format!("{:.0}", self.fold_per_second),
            "≥ 1,000,000",
        );
        line(
            "the same from stored bytes, events/s",
            format!("{:.0}", self.decode_and_fold_per_second),
            "",
        );
        for start in &self.start {
            let name = format!("start to ready, {} events", start.events);
            line(&name, format!("{:.0} ms", start.ready_ms), "≤ 1,000 ms");
            let name = format!("resident when idle, {} events", start.events);
            line(&name, format!("{:.0} MB", start.resident_mb), "≤ 40 MB");
        }
        line(
            "release binary",
            format!("{:.1} MB", self.binary_mb),
            "≤ 40 MB",
        );
        line(
            "slope of list latency over tasks",
            format!("{:.3}", self.list_slope),
            "< 0.05",
        );
        line(
            "slope of search latency over tasks, 20 matches in each",
            format!("{:.3}", self.search_slope),
            "< 0.05",
        );
        line(
            "the same, 1 match in each",
            format!("{:.3}", self.search_rare_slope),
            "",
        );
        line(
            "the same, every task matches",
            format!("{:.3}", self.search_common_slope),
            "",
        );
        text.push('\n');
    }

    fn write_past(&self, text: &mut String) {
        text.push_str(
            "| a workspace of 100,000 events as it was | newest, first time ms | newest ms | any p50 ms \
             | any p99 ms |\n",
        );
        text.push_str("|---|---:|---:|---:|---:|\n");
        for row in &self.past {
            let name = if row.snapshots {
                "with snapshots"
            } else {
                "without"
            };
            let _ = writeln!(
                text,
                "| {name} | {:.0} | {:.0} | {:.0} | {:.0} |",
                row.first_ms, row.newest_ms, row.p50_ms, row.p99_ms
            );
        }
        text.push('\n');
    }

    fn write_sizes(&self, text: &mut String) {
        text.push_str(
            "| tasks | list p50 ms | list p99 ms | search p50 ms | search p99 ms | 1 match p50 ms \
             | all match p50 ms |\n",
        );
        text.push_str("|---:|---:|---:|---:|---:|---:|---:|\n");
        for row in &self.sizes {
            let _ = writeln!(
                text,
                "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
                row.tasks,
                row.list_p50_ms,
                row.list_p99_ms,
                row.search_p50_ms,
                row.search_p99_ms,
                row.search_rare_p50_ms,
                row.search_common_p50_ms
            );
        }
    }
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| {
            line.strip_prefix("model name")?
                .split_once(": ")
                .map(|(_, name)| name)
        })
        .unwrap_or("an unknown processor")
        .to_owned();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{cores} cores of {model}")
}
