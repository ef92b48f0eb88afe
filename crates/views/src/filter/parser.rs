//! Tokens to a filter, by recursive descent:
//!
//! ```text
//! any   = all { "or" all }
//! all   = one { [ "and" ] one }
//! one   = "not" one | "(" any ")" | ("is" | "has") ":" word | field operator value
//! ```

use jiff::civil::Date;

use super::fields::{Field, JOINERS, TERM_STARTS, priority, weekday};
use super::lexer::{Kind, Token};
use super::{
    Comparison, Condition, Day, DayField, Filter, FilterError, Flag, ListName, MAX_DEPTH,
    MAX_TERMS, Part, Person, Term, Unit,
};

pub(super) fn parse(tokens: &[Token]) -> Result<Filter, FilterError> {
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        terms: 0,
    };
    if parser.kind() == &Kind::End {
        return Ok(Filter::default());
    }
    let condition = parser.any()?;
    match parser.kind() {
        Kind::End => Ok(Filter {
            condition: Some(condition),
        }),
        Kind::Close => Err(parser.error("this bracket was never opened", JOINERS)),
        Kind::Open | Kind::Colon | Kind::Operator(_) | Kind::Word(_) | Kind::Quoted(_) => {
            Err(parser.error("a term cannot begin here", JOINERS))
        }
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    terms: usize,
}

const END: Kind = Kind::End;

impl Parser<'_> {
    fn kind(&self) -> &Kind {
        self.tokens.get(self.at).map_or(&END, |token| &token.kind)
    }

    fn error(&self, message: impl Into<String>, expected: &[&'static str]) -> FilterError {
        let token = self.tokens.get(self.at).or(self.tokens.last());
        FilterError {
            column: token.map_or(1, |token| token.column),
            message: message.into(),
            expected: expected.to_vec(),
        }
    }

    /// Whether the next token is this word; takes it if so.
    fn take(&mut self, keyword: &str) -> bool {
        let found = matches!(self.kind(), Kind::Word(word) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Condition, FilterError> {
        let mut condition = self.all()?;
        while self.take("or") {
            condition = condition.any(self.all()?);
        }
        Ok(condition)
    }

    fn all(&mut self) -> Result<Condition, FilterError> {
        let mut condition = self.one()?;
        while self.take("and") || self.one_follows() {
            condition = condition.all(self.one()?);
        }
        Ok(condition)
    }

    /// Whether what comes is a further term that is joined by standing there.
    fn one_follows(&self) -> bool {
        match self.kind() {
            Kind::Open => true,
            Kind::Word(word) => !word.eq_ignore_ascii_case("or"),
            Kind::Close | Kind::Colon | Kind::Operator(_) | Kind::Quoted(_) | Kind::End => false,
        }
    }

    fn deeper(&mut self) -> Result<(), FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("brackets and \"not\" nest at most {MAX_DEPTH} deep");
            return Err(self.error(message, &[]));
        }
        Ok(())
    }

    fn one(&mut self) -> Result<Condition, FilterError> {
        match self.kind().clone() {
            Kind::Open => self.bracket(),
            Kind::Word(word) if word.eq_ignore_ascii_case("not") => {
                self.deeper()?;
                self.at += 1;
                let inner = self.one()?;
                self.depth -= 1;
                Ok(Condition::Not(Box::new(inner)))
            }
            Kind::Word(word) => self.term(&word.to_ascii_lowercase()).map(Condition::Term),
            Kind::End => Err(self.error("the filter ends where a term should begin", TERM_STARTS)),
            Kind::Quoted(_) => {
                let message = "text needs a field before it, such as text ~ \"…\"";
                Err(self.error(message, TERM_STARTS))
            }
            Kind::Close | Kind::Colon | Kind::Operator(_) => {
                Err(self.error("a term should begin here", TERM_STARTS))
            }
        }
    }

    fn bracket(&mut self) -> Result<Condition, FilterError> {
        self.deeper()?;
        let opened = self.at;
        self.at += 1;
        let condition = self.any()?;
        self.depth -= 1;
        match self.kind() {
            Kind::Close => {
                self.at += 1;
                Ok(condition)
            }
            Kind::End => {
                let column = self.tokens.get(opened).map_or(1, |token| token.column);
                let message = format!("the bracket of column {column} is never closed");
                Err(self.error(message, &[")", "and", "or"]))
            }
            Kind::Open | Kind::Colon | Kind::Operator(_) | Kind::Word(_) | Kind::Quoted(_) => {
                Err(self.error("a term cannot begin here", &[")", "and", "or"]))
            }
        }
    }

    fn term(&mut self, word: &str) -> Result<Term, FilterError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(self.error(format!("a filter has at most {MAX_TERMS} terms"), &[]));
        }
        match word {
            "is" => {
                let found = self.after_colon(Flag::named, &Flag::NAMES)?;
                Ok(Term::Is(found))
            }
            "has" => {
                let found = self.after_colon(Part::named, &Part::NAMES)?;
                Ok(Term::Has(found))
            }
            _ => {
                let Some(field) = Field::named(word) else {
                    let message = format!("{:?} is not a field", shorten(word));
                    return Err(self.error(message, TERM_STARTS));
                };
                self.at += 1;
                self.comparison(field)
            }
        }
    }

    fn after_colon<T>(
        &mut self,
        named: impl Fn(&str) -> Option<T>,
        names: &[&'static str],
    ) -> Result<T, FilterError> {
        self.at += 1;
        if self.kind() != &Kind::Colon {
            return Err(self.error("\":\" is missing", &[":"]));
        }
        self.at += 1;
        let found = if let Kind::Word(word) = self.kind() {
            named(&word.to_ascii_lowercase())
        } else {
            None
        };
        let found = found.ok_or_else(|| self.error("this is none of the known words", names))?;
        self.at += 1;
        Ok(found)
    }

    fn comparison(&mut self, field: Field) -> Result<Term, FilterError> {
        let operators = field.operators();
        let operator = match self.kind() {
            Kind::Operator(operator) => *operator,
            // `tag:work` reads as `tag = work`, and `text:tax` as `text ~ tax`.
            Kind::Colon => operators.first().copied().unwrap_or("="),
            Kind::Open | Kind::Close | Kind::Word(_) | Kind::Quoted(_) | Kind::End => {
                return Err(self.error("an operator is missing", operators));
            }
        };
        if !operators.contains(&operator) {
            let message = format!("\"{operator}\" does not go with this field");
            return Err(self.error(message, operators));
        }
        self.at += 1;
        let term = match self.kind() {
            Kind::Word(word) => term_of(field, operator, word, false),
            Kind::Quoted(text) => term_of(field, operator, text, true),
            Kind::Open | Kind::Close | Kind::Colon | Kind::Operator(_) | Kind::End => {
                Err("a value is missing".to_owned())
            }
        };
        let term = term.map_err(|message| self.error(message, field.values()))?;
        self.at += 1;
        Ok(term)
    }
}

fn term_of(field: Field, operator: &str, value: &str, quoted: bool) -> Result<Term, String> {
    let equal = operator == "=";
    let contains = operator == "~";
    let compared = Comparison::named(operator).unwrap_or(Comparison::Equal);
    let text = || match value.trim() {
        "" => Err("the text is empty".to_owned()),
        _ => Ok(value.to_owned()),
    };
    Ok(match field {
        Field::Day(day) => day_term(day, compared, &value.to_ascii_lowercase())?,
        Field::Priority => match priority(&value.to_ascii_lowercase()) {
            Some(priority) => Term::Priority(compared, priority),
            None => return Err(format!("{:?} is not a priority", shorten(value))),
        },
        Field::Tag if contains => Term::TagContains(text()?),
        Field::Tag => Term::Tag(equal, text()?),
        Field::List if contains => Term::ListContains(text()?),
        Field::List => Term::List(equal, list_name(&text()?, quoted)),
        Field::Parent => Term::Parent(equal, none_or_id(value)?),
        Field::Assignee if value.eq_ignore_ascii_case("me") => Term::Assignee(equal, Person::Me),
        Field::Assignee => {
            Term::Assignee(equal, none_or_id(value)?.map_or(Person::Nobody, Person::Id))
        }
        Field::Text => Term::Text(text()?),
        Field::Title if contains => Term::TitleContains(text()?),
        Field::Title => Term::Title(equal, text()?),
    })
}

fn none_or_id<T: std::str::FromStr>(value: &str) -> Result<Option<T>, String> {
    if value.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    value
        .parse()
        .map(Some)
        .map_err(|_| format!("{:?} is not an id", shorten(value)))
}

fn list_name(value: &str, quoted: bool) -> ListName {
    match value.parse() {
        Ok(id) if !quoted => ListName::Id(id),
        _ if !quoted && value.eq_ignore_ascii_case("inbox") => ListName::Inbox,
        _ => ListName::Name(value.to_owned()),
    }
}

fn day_term(field: DayField, compared: Comparison, word: &str) -> Result<Term, String> {
    if word == "none" {
        return match compared {
            Comparison::Equal => Ok(Term::NoDay(field, true)),
            Comparison::NotEqual => Ok(Term::NoDay(field, false)),
            Comparison::Less | Comparison::AtMost | Comparison::Greater | Comparison::AtLeast => {
                Err("\"none\" goes only with \"=\" and \"!=\"".to_owned())
            }
        };
    }
    let day = match word {
        "today" => Some(Day::Today),
        "tomorrow" => Some(Day::Tomorrow),
        "yesterday" => Some(Day::Yesterday),
        _ => weekday(word)
            .map(Day::Weekday)
            .or_else(|| away(word))
            .or_else(|| date(word)),
    };
    let day = day.ok_or_else(|| format!("{:?} is not a day", shorten(word)))?;
    Ok(Term::Day(field, compared, day))
}

/// `YYYY-MM-DD` and nothing else of what ISO 8601 allows, so that what is printed is what was read.
fn date(word: &str) -> Option<Day> {
    let well_formed = word.len() == 10 && word.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    word.parse::<Date>()
        .ok()
        .filter(|_| well_formed)
        .map(Day::Date)
}

/// `+7d`, at most four digits.
fn away(word: &str) -> Option<Day> {
    let sign = match word.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let digits = word.get(1..word.len().checked_sub(1)?)?;
    let unit = match word.as_bytes().last()? {
        b'd' => Unit::Days,
        b'w' => Unit::Weeks,
        b'm' => Unit::Months,
        b'y' => Unit::Years,
        _ => return None,
    };
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let count: i32 = digits.parse().ok().filter(|_| plain)?;
    Some(Day::Away(sign * count, unit))
}

fn shorten(word: &str) -> String {
    word.chars().take(40).collect()
}
