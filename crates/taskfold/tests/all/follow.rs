//! `log tail --follow`: what others write appears, and nobody is kept from writing.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::Value;

use crate::kit::Home;

const PATIENCE: Duration = Duration::from_mins(2);

struct Following {
    child: Child,
    lines: Receiver<String>,
}

impl Following {
    fn of(home: &Home) -> Self {
        let arguments = ["--json", "log", "tail", "-n", "1", "--follow"];
        let mut child = home.command(&arguments).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    fn next(&self) -> Value {
        serde_json::from_str(&self.lines.recv_timeout(PATIENCE).unwrap()).unwrap()
    }

    /// The next event of this type.
    fn until(&self, event_type: &str) -> Value {
        std::iter::repeat_with(|| self.next())
            .take(50)
            .find(|row| row["type"] == event_type)
            .unwrap()
    }

    /// Ctrl-C.
    fn interrupt(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-INT", &pid]).status();
        assert!(told.unwrap().success());
        self.child.wait().unwrap().code()
    }
}

#[test]
fn following_shows_what_commands_and_servers_write() {
    let home = Home::new();
    home.add("One");
    let following = Following::of(&home);
    assert_eq!(following.next()["payload"]["title"], "One");
    home.add("Two");
    assert_eq!(following.until("task.created")["payload"]["title"], "Two");
    let server = home.serve();
    let three = home.add("Three");
    assert_eq!(following.until("task.created")["payload"]["title"], "Three");
    home.run(&["done", &three]).ok();
    assert_eq!(following.until("task.completed")["stream_id"], three);
    assert_eq!(server.stop(), Some(0));
    home.add("Four");
    assert_eq!(following.until("task.created")["payload"]["title"], "Four");
    assert_eq!(following.interrupt(), Some(0));
}
