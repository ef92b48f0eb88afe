//! Content lines and components of RFC 5545, section 3.1 and 3.6, with line numbers.

use crate::report::ImportError;

/// How deep components may be nested; VCALENDAR, VTODO, VALARM are three.
const DEPTH: usize = 8;

/// `BEGIN:…` to `END:…`.
#[derive(Debug)]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) properties: Vec<Property>,
    pub(super) parts: Vec<Component>,
    line: usize,
}

/// A name with parameters and a value as written.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    pub(super) value: String,
}

impl Component {
    pub(super) fn place(&self) -> String {
        format!("line {}", self.line)
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        self.properties
            .iter()
            .filter(move |property| property.name == name)
    }

    pub(super) fn first(&self, name: &str) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.first(name).map(Property::text)
    }
}

impl Property {
    /// The value as text, escapes undone.
    pub(super) fn text(&self) -> String {
        self.texts_at(false).concat()
    }

    /// The value as texts with commas between them.
    pub(super) fn texts(&self) -> Vec<String> {
        self.texts_at(true)
    }

    fn texts_at(&self, split: bool) -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut characters = self.value.chars();
        while let Some(character) = characters.next() {
            let plain = match character {
                '\\' => match characters.next() {
                    Some('n' | 'N') => '\n',
                    Some(other) => other,
                    None => break,
                },
                ',' if split => {
                    texts.push(String::new());
                    continue;
                }
                other => other,
            };
            if let Some(text) = texts.last_mut() {
                text.push(plain);
            }
        }
        texts
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The outermost components.
pub(super) fn components(text: &str) -> Result<Vec<Component>, ImportError> {
    let mut done = Vec::new();
    let mut open: Vec<Component> = Vec::new();
    for (line, content) in unfolded(text) {
        let place = || format!("line {line}");
        let Some(property) = property(&content) else {
            return Err(ImportError::new(
                place(),
                "this is not a line of iCalendar: it has no name and \":\"",
            ));
        };
        let value = property.value.trim().to_ascii_uppercase();
        match property.name.as_str() {
            "BEGIN" if open.len() >= DEPTH => {
                return Err(ImportError::new(
                    place(),
                    format!("components nest at most {DEPTH} deep"),
                ));
            }
            "BEGIN" => open.push(Component {
                name: value,
                properties: Vec::new(),
                parts: Vec::new(),
                line,
            }),
            "END" => match open.pop() {
                Some(component) if component.name == value => match open.last_mut() {
                    Some(outer) => outer.parts.push(component),
                    None => done.push(component),
                },
                Some(component) => {
                    let message = format!("END:{value} where END:{} should be", component.name);
                    return Err(ImportError::new(place(), message));
                }
                None => {
                    return Err(ImportError::new(
                        place(),
                        format!("END:{value} without its BEGIN"),
                    ));
                }
            },
            _ => match open.last_mut() {
                Some(component) => component.properties.push(property),
                None => {
                    return Err(ImportError::new(
                        place(),
                        "the file does not begin with BEGIN:VCALENDAR",
                    ));
                }
            },
        }
    }
    match open.last() {
        Some(component) => {
            let message = format!("{} begins here and never ends", component.name);
            Err(ImportError::new(component.place(), message))
        }
        None => Ok(done),
    }
}

/// Lines with those that continue them, and the number of the first.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ if line.trim().is_empty() => {}
            _ => lines.push((index + 1, line.to_owned())),
        }
    }
    lines
}

/// `NAME;KEY=value;KEY="quoted":value`.
fn property(line: &str) -> Option<Property> {
    let mut quoted = false;
    let mut cuts = Vec::new();
    let mut colon = None;
    for (at, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ';' if !quoted => cuts.push(at),
            ':' if !quoted => {
                colon = Some(at);
                break;
            }
            _ => {}
        }
    }
    let (head, value) = (line.get(..colon?)?, line.get(colon? + 1..)?);
    cuts.push(head.len());
    let mut begin = 0;
    let mut parts = Vec::new();
    for cut in cuts {
        parts.push(head.get(begin..cut)?);
        begin = cut + 1;
    }
    let (name, parameters) = parts.split_first()?;
    let parameters = parameters.iter().filter_map(|part| {
        let (key, value) = part.split_once('=')?;
        Some((
            key.trim().to_ascii_uppercase(),
            value.trim_matches('"').to_owned(),
        ))
    });
    let parameters = parameters.collect();
    let name = name.trim().to_ascii_uppercase();
    (!name.is_empty()).then(|| Property {
        name,
        parameters,
        value: value.to_owned(),
    })
}
