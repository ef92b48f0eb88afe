//! The worked examples of RFC 5545 §3.8.5.3. All dates of `wanted` are as printed there; where the RFC breaks off
//! with "...", so does the table.

use jiff::civil::{Date, DateTime};

use super::Rule;
use super::expand::Occurrences;
use super::next::preview;
use super::rule::{End, Until};
use super::tests::{due, repeating};

/// DTSTART, rule, occurrences: `year: month/day,day month/day` with the time of DTSTART unless `@HHMM` follows.
const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "19970902",
        "FREQ=DAILY;COUNT=10",
        "1997: 9/2,3,4,5,6,7,8,9,10,11",
    ),
    (
        "19980101",
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "january",
    ),
    (
        "19980101",
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
        "january",
    ),
    (
        "19970902",
        "FREQ=DAILY;UNTIL=19971224T000000Z",
        "to christmas",
    ),
    (
        "19970902",
        "FREQ=DAILY;INTERVAL=2",
        "1997: 9/2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 10/2,4",
    ),
    (
        "19970902",
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        "1997: 9/2,12,22 10/2,12",
    ),
    (
        "19970902",
        "FREQ=WEEKLY;COUNT=10",
        "1997: 9/2,9,16,23,30 10/7,14,21,28 11/4",
    ),
    (
        "19970902",
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        "1997: 9/2,9,16,23,30 10/7,14,21,28 11/4,11,18,25 12/2,9,16,23 end",
    ),
    (
        "19970902",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1997: 9/2,16,30 10/14,28 11/11,25 12/9,23 1998: 1/6,20 2/3,17",
    ),
    (
        "19970902",
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        "1997: 9/2,4,9,11,16,18,23,25,30 10/2 end",
    ),
    (
        "19970902",
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "1997: 9/2,4,9,11,16,18,23,25,30 10/2",
    ),
    (
        "19970901",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997: 9/1,3,5,15,17,19,29 10/1,3,13,15,17,27,29,31 11/10,12,14,24,26,28 12/8,10,12,22 end",
    ),
    (
        "19970902",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "1997: 9/2,4,16,18,30 10/2,14,16",
    ),
    (
        "19970905",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997: 9/5 10/3 11/7 12/5 1998: 1/2 2/6 3/6 4/3 5/1 6/5",
    ),
    (
        "19970905",
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        "1997: 9/5 10/3 11/7 12/5 end",
    ),
    (
        "19970907",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997: 9/7,28 11/2,30 1998: 1/4,25 3/1,29 5/3,31",
    ),
    (
        "19970922",
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "1997: 9/22 10/20 11/17 12/22 1998: 1/19 2/16",
    ),
    (
        "19970928",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997: 9/28 10/29 11/28 12/29 1998: 1/29 2/26",
    ),
    (
        "19970902",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997: 9/2,15 10/2,15 11/2,15 12/2,15 1998: 1/2,15",
    ),
    (
        "19970930",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997: 9/30 10/1,31 11/1,30 12/1,31 1998: 1/1,31 2/1",
    ),
    (
        "19970910",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997: 9/10,11,12,13,14,15 1999: 3/10,11,12,13",
    ),
    (
        "19970902",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997: 9/2,9,16,23,30 11/4,11,18,25 1998: 1/6,13,20,27 3/3,10,17,24,31",
    ),
    (
        "19970610",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997: 6/10 7/10 1998: 6/10 7/10 1999: 6/10 7/10 2000: 6/10 7/10 2001: 6/10 7/10",
    ),
    (
        "19970310",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997: 3/10 1999: 1/10 2/10 3/10 2001: 1/10 2/10 3/10 2003: 1/10 2/10 3/10",
    ),
    (
        "19970101",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "1997: 1/1 4/10 7/19 2000: 1/1 4/9 7/18 2003: 1/1 4/10 7/19 2006: 1/1",
    ),
    (
        "19970519",
        "FREQ=YEARLY;BYDAY=20MO",
        "1997: 5/19 1998: 5/18 1999: 5/17",
    ),
    (
        "19970512",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "1997: 5/12 1998: 5/11 1999: 5/17",
    ),
    (
        "19970313",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997: 3/13,20,27 1998: 3/5,12,19,26 1999: 3/4,11,18,25",
    ),
    (
        "19970605",
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "1997: 6/5,12,19,26 7/3,10,17,24,31 8/7,14,21,28 \
         1998: 6/4,11,18,25 7/2,9,16,23,30 8/6,13,20,27 \
         1999: 6/3,10,17,24 7/1,8,15,22,29 8/5,12,19,26",
    ),
    (
        "19980213",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "1998: 2/13 3/13 11/13 1999: 8/13 2000: 10/13",
    ),
    (
        "19970913",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997: 9/13 10/11 11/8 12/13 1998: 1/10 2/7 3/7 4/11 5/9 6/13",
    ),
    (
        "19961105",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996: 11/5 2000: 11/7 2004: 11/2",
    ),
    (
        "19970904",
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997: 9/4 10/7 11/6",
    ),
    (
        "19970929",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997: 9/29 10/30 11/27 12/30 1998: 1/29 2/26 3/30",
    ),
    (
        "19970902",
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z",
        "1997: 9/2@0900 9/2@1200 9/2@1500 end",
    ),
    (
        "19970902",
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        "1997: 9/2@0900 9/2@0915 9/2@0930 9/2@0945 9/2@1000 9/2@1015",
    ),
    (
        "19970902",
        "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
        "1997: 9/2@0900 9/2@1030 9/2@1200 9/2@1330",
    ),
    (
        "19970902",
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        "office hours",
    ),
    (
        "19970902",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
        "office hours",
    ),
    (
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997: 8/5,10,19,24",
    ),
    (
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997: 8/5,17,19,31",
    ),
    (
        "20070115",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007: 1/15,30 2/15 3/15,30",
    ),
];

#[test]
fn every_worked_example_of_the_rfc() {
    for (start, rule, wanted) in EXAMPLES {
        let start = Date::strptime("%Y%m%d", start)
            .expect("date")
            .at(9, 0, 0, 0);
        let wanted = read(start, wanted);
        assert!(wanted.len() > 2, "{rule}");
        let parsed = Rule::parse(rule).expect("rule");
        let mut found: Vec<DateTime> = Occurrences::new(&parsed, start, start)
            .take(wanted.len())
            .collect();
        assert_eq!(found, wanted, "{rule}");
        // The whole way: in New York, with the end of the series.
        let mut anchor = due("1997-01-01", Some("09:00"));
        anchor.date = start.date();
        anchor.zone = Some("America/New_York".to_owned());
        let mut recurrence = repeating(rule, "1997-01-01");
        recurrence.anchor = anchor;
        let ends = parsed.end != End::Never;
        let n = if ends { 1_000 } else { wanted.len() };
        let dues =
            preview(&recurrence, start.date(), n, &jiff::tz::TimeZone::UTC).expect("preview");
        found = dues
            .iter()
            .map(|due| due.date.to_datetime(due.time.expect("time")))
            .collect();
        assert_eq!(found, wanted, "{rule} in New York");
        // From the middle of the series on, without walking through it.
        if let Some(middle) = wanted.get(wanted.len() / 2) {
            let later: Vec<_> = Occurrences::new(&parsed, start, *middle)
                .take(wanted.len() - wanted.len() / 2)
                .collect();
            assert_eq!(later, wanted[wanted.len() / 2..], "{rule} from {middle}");
        }
        let canonical = parsed.to_string();
        assert_eq!(Rule::parse(&canonical).as_ref(), Ok(&parsed), "{canonical}");
        assert!(!matches!(parsed.end, End::Until(Until::Local(_))));
    }
}

/// The RFC's `EXDATE` example: Friday the 13th, but not the first of them.
#[test]
fn friday_the_thirteenth_without_the_start() {
    let mut recurrence = repeating("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13");
    recurrence.except = vec![jiff::civil::date(1998, 2, 13)];
    let dues = preview(
        &recurrence,
        jiff::civil::date(1997, 9, 2),
        3,
        &jiff::tz::TimeZone::UTC,
    );
    let days: Vec<_> = dues
        .expect("preview")
        .iter()
        .map(|due| due.date.to_string())
        .collect();
    assert_eq!(days, ["1998-03-13", "1998-11-13", "1999-08-13"]);
}

fn read(start: DateTime, text: &str) -> Vec<DateTime> {
    let days = |first: Date, n: usize| first.series(jiff::ToSpan::days(1)).take(n);
    match text {
        "january" => {
            let year = |year| days(jiff::civil::date(year, 1, 1), 31);
            return (1998..=2000)
                .flat_map(year)
                .map(|day| day.at(9, 0, 0, 0))
                .collect();
        }
        "to christmas" => {
            return days(start.date(), 113)
                .map(|day| day.at(9, 0, 0, 0))
                .collect();
        }
        "office hours" => {
            let of_day = |day: Date| {
                (9..17).flat_map(move |hour| [0, 20, 40].map(|minute| day.at(hour, minute, 0, 0)))
            };
            return days(start.date(), 2).flat_map(of_day).collect();
        }
        _ => {}
    }
    let (mut year, mut all) = (start.year(), Vec::new());
    for word in text.split_whitespace().filter(|word| *word != "end") {
        if let Some(number) = word.strip_suffix(':') {
            year = number.parse().expect("year");
            continue;
        }
        let (month, days) = word.split_once('/').expect("month/day");
        for day in days.split(',') {
            let (day, clock) = day.split_once('@').unwrap_or((day, "0900"));
            let clock: i16 = clock.parse().expect("time");
            let date = Date::new(
                year,
                month.parse().expect("month"),
                day.parse().expect("day"),
            );
            let hour = i8::try_from(clock / 100).expect("hour");
            let minute = i8::try_from(clock % 100).expect("minute");
            all.push(date.expect("date").at(hour, minute, 0, 0));
        }
    }
    all
}
