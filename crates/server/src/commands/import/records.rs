//! Rows of a CSV file (RFC 4180), one by one and in bounded memory. A mark of byte order is passed over, and so are empty lines; a
//! line may end as on any system.

use std::io::{self, BufRead, Chain, Cursor, Read};

use csv_core::{ReadRecordResult, Reader};

/// Bytes of one row. A quotation mark that is not closed would make one row of all that follows.
const MAX_BYTES: usize = 64 * 1024;
const MAX_FIELDS: usize = 64;

/// With this some programs begin a text, to say that it is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The rows of a file, the names of the columns among them.
pub(super) struct Records<Input> {
    input: Chain<Cursor<Vec<u8>>, Input>,
    reader: Reader,
    bytes: Box<[u8]>,
    ends: [usize; MAX_FIELDS],
    /// How many there were.
    count: u64,
}

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Which one, as a spreadsheet counts: the names of the columns are the first.
    pub(super) row: u64,
    /// What it says, or why that can't be read.
    pub(super) fields: Result<Vec<String>, Unreadable>,
}

/// Why nobody can tell what a row says.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("it is longer than 64 KiB or has more than 64 fields; perhaps a quotation mark is not closed")]
    TooLong,
    #[error("it is no text in UTF-8")]
    NoText,
}

impl<Input: BufRead> Records<Input> {
    /// # Errors
    /// The input can't be read.
    pub(super) fn of(mut input: Input) -> io::Result<Self> {
        let mut begin = Vec::new();
        input.by_ref().take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut begin)?;
        if begin == BYTE_ORDER_MARK {
            begin.clear();
        }
        let (input, bytes) = (Cursor::new(begin).chain(input), vec![0; MAX_BYTES].into_boxed_slice());
        Ok(Self { input, reader: Reader::new(), bytes, ends: [0; MAX_FIELDS], count: 0 })
    }

    fn read(&mut self) -> io::Result<Option<Record>> {
        let (mut length, mut fields, mut is_too_long) = (0, 0, false);
        loop {
            let input = self.input.fill_buf()?;
            let free = (self.bytes.get_mut(length..), self.ends.get_mut(fields..));
            let (bytes, ends) = (free.0.unwrap_or_default(), free.1.unwrap_or_default());
            let (result, read, written, ended) = self.reader.read_record(input, bytes, ends);
            self.input.consume(read);
            (length, fields) = (length + written, fields + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                // It is read to its end all the same, to find the next one.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (length, fields, is_too_long) = (0, 0, true);
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        self.count += 1;
        let fields = if is_too_long { Err(Unreadable::TooLong) } else { self.fields(fields) };
        Ok(Some(Record { row: self.count, fields }))
    }

    fn fields(&self, count: usize) -> Result<Vec<String>, Unreadable> {
        let mut begin = 0;
        let ends = self.ends.iter().take(count);
        let fields = ends.map(|end| {
            let bytes = self.bytes.get(begin..*end).unwrap_or_default();
            begin = *end;
            str::from_utf8(bytes).map(str::to_owned).map_err(|_| Unreadable::NoText)
        });
        fields.collect()
    }
}

impl<Input: BufRead> Iterator for Records<Input> {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// Read a few bytes at a time, so that rows lie across what is read at once.
    fn records(text: &[u8]) -> Vec<Record> {
        [3, 7, 8192]
            .map(|capacity| records_by(capacity, text))
            .into_iter()
            .reduce(|one, other| {
                assert_eq!(one, other);
                other
            })
            .unwrap()
    }

    fn records_by(capacity: usize, text: &[u8]) -> Vec<Record> {
        Records::of(BufReader::with_capacity(capacity, text)).unwrap().map(Result::unwrap).collect()
    }

    fn fields(text: &str) -> Vec<Vec<String>> {
        records(text.as_bytes()).into_iter().map(|record| record.fields.unwrap()).collect()
    }

    #[test]
    fn rows_are_read_as_spreadsheets_write_them() {
        let expected = [["address", "name"], ["ann@example.com", "Ann"]];
        for text in [
            "address,name\nann@example.com,Ann\n",
            "address,name\r\nann@example.com,Ann\r\n",
            "\u{feff}address,name\nann@example.com,Ann",
            "\n\naddress,name\r\n\r\n\"ann@example.com\",\"Ann\"",
        ] {
            assert_eq!(fields(text), expected, "{text:?}");
        }
        assert_eq!(fields("a,b\n\"two\nlines\",\"a \"\"b\"\", c\"\n"), [["a", "b"], ["two\nlines", "a \"b\", c"]]);
        assert_eq!(fields(""), Vec::<Vec<String>>::new());
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named_and_the_next_one_is_found() {
        let long = "x".repeat(MAX_BYTES);
        let wide = ",".repeat(MAX_FIELDS);
        let mut text = format!("a,b\n{long},b\n{wide}\n1,").into_bytes();
        text.extend(b"\xff\n3,4\n");
        let read: Vec<_> = records(&text).into_iter().map(|record| (record.row, record.fields)).collect();
        let row = |fields: [&str; 2]| Ok(fields.map(str::to_owned).to_vec());
        assert_eq!(
            read,
            [
                (1, row(["a", "b"])),
                (2, Err(Unreadable::TooLong)),
                (3, Err(Unreadable::TooLong)),
                (4, Err(Unreadable::NoText)),
                (5, row(["3", "4"])),
            ]
        );
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_costs_bounded_memory() {
        let text = format!("a,b\n1,\"{}", "2\n".repeat(MAX_BYTES));
        let last = records(text.as_bytes()).pop().unwrap();
        assert_eq!(last, Record { row: 2, fields: Err(Unreadable::TooLong) });
    }
}
