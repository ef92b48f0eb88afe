//! What the process inherits from its surroundings, read once.

use std::ffi::OsString;
use std::path::PathBuf;

use super::telemetry::Variable;

/// Variables that are no settings of Taskfold but that it respects.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    /// `TASKFOLD_CONFIG`: the configuration file.
    pub config_file: Option<PathBuf>,
    /// Directory of the configuration file and the credentials.
    pub config_dir: PathBuf,
    /// Platform's place for data.
    pub data_dir: PathBuf,
    /// `NO_COLOR` is set and not empty (<https://no-color.org>).
    pub no_color: bool,
    /// `TERM=dumb`.
    pub dumb_terminal: bool,
    /// `COLUMNS`.
    pub columns: Option<usize>,
    /// Those of OpenTelemetry.
    pub telemetry: Vec<Variable>,
}

impl Environment {
    /// Reads the process's variables.
    pub(crate) fn of_process() -> Self {
        Self::from_lookup(&|name| std::env::var_os(name).filter(|value| !value.is_empty()))
    }

    fn from_lookup(lookup: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let path = |name: &str| {
            lookup(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let home = path("HOME")
            .or_else(|| path("USERPROFILE"))
            .unwrap_or_else(|| ".".into());
        let (data, config) = if cfg!(target_os = "macos") {
            let support = home.join("Library/Application Support/taskfold");
            (support.clone(), support)
        } else if cfg!(windows) {
            let roaming = path("APPDATA").unwrap_or_else(|| home.join("AppData/Roaming"));
            (roaming.join("taskfold/data"), roaming.join("taskfold"))
        } else {
            let data = path("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share"));
            let config = path("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
            (data.join("taskfold"), config.join("taskfold"))
        };
        Self {
            config_file: lookup("TASKFOLD_CONFIG").map(PathBuf::from),
            config_dir: config,
            data_dir: data,
            no_color: lookup("NO_COLOR").is_some(),
            dumb_terminal: lookup("TERM").is_some_and(|term| term == "dumb"),
            columns: lookup("COLUMNS").and_then(|text| text.to_str()?.parse().ok()),
            telemetry: Variable::all(lookup),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Environment {
        Environment::from_lookup(&|name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        })
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn directories_follow_xdg() {
        let plain = of(&[("HOME", "/home/ann")]);
        assert_eq!(
            plain.data_dir,
            PathBuf::from("/home/ann/.local/share/taskfold")
        );
        assert_eq!(
            plain.config_dir,
            PathBuf::from("/home/ann/.config/taskfold")
        );
        let moved = of(&[
            ("HOME", "/home/ann"),
            ("XDG_DATA_HOME", "/d"),
            ("XDG_CONFIG_HOME", "rel"),
        ]);
        assert_eq!(moved.data_dir, PathBuf::from("/d/taskfold"));
        assert_eq!(
            moved.config_dir,
            PathBuf::from("/home/ann/.config/taskfold"),
            "relative is ignored"
        );
    }

    #[test]
    fn colour_and_width_are_read() {
        let environment = of(&[("NO_COLOR", "1"), ("COLUMNS", "40"), ("TERM", "dumb")]);
        assert!(environment.no_color && environment.dumb_terminal);
        assert_eq!(environment.columns, Some(40));
    }
}
