"""From the bytes of a CSV or TSV file to rows of text: encoding, delimiter and quotation mark."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from outcomes_app.exchange.base import NO_QUOTE, CannotRead, Limits, Reading
from outcomes_app.text import _

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'", NO_QUOTE)
ENCODINGS = (
    "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp1252", "iso8859-15", "cp1250",
    "cp1251", "cp1253", "cp1254", "mac-roman", "shift_jis", "gb18030", "euc_kr", "big5",
)  # fmt: skip
# Encodings with one or two bytes a letter, for texts that are not Unicode.
_OLD_ENCODINGS = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman", "shift_jis", "gb18030",
    "euc_kr", "big5",
]  # fmt: skip
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 65_536
_SAMPLE_ROWS = 200
_LINE_LENGTH = 2_000_000
# How ł, ą, ż and others of cp1250 look when they are taken for cp1252.
_EASTERN_IN_WESTERN = re.compile("(?<=[A-Za-zÀ-ÿ])[£³¹¿¯¥¾¼]|[£³¥¯¾](?=[a-zà-ÿ])")
# Everything below a space except tab and line ends, and halves of characters: never meant.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    """The text of a file and the encoding it was read in; `encoding` None = find it out."""
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark) and encoding in (None, name):
            return _decoded(data[len(mark) :], name), name
    chosen = encoding or _guess_encoding(data)
    return _decoded(data, chosen), chosen


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise CannotRead(
            _("The encoding “{name}” is not known.").format(name=encoding),
            todo=_("Choose another encoding."),
        ) from error
    except UnicodeDecodeError as error:
        if encoding.startswith(("utf-16", "utf-32")):
            # A file cut in the middle of a letter, or half a letter: the rest is still readable,
            # and what is not is marked and reported.
            return data.decode(encoding, errors="replace")
        raise CannotRead(
            _("The file is not written in {name}: byte {position} has no meaning there.").format(
                name=encoding, position=error.start
            ),
            todo=_("Choose another encoding, or let it be detected."),
        ) from error


def _guess_encoding(data: bytes) -> str:
    if wide := _wide_encoding(data[:_SAMPLE_BYTES]):
        return wide
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess_old_encoding(data)
    return "utf-8"


def _wide_encoding(sample: bytes) -> str | None:
    """UTF-16 without a mark shows as a zero in every second byte of plain letters and digits."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half and odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if half and even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _guess_old_encoding(data: bytes) -> str:
    from charset_normalizer import from_bytes

    lines = (line for line in data.splitlines() if not line.isascii())
    sample = b"\n".join(islice(lines, 500))[:_SAMPLE_BYTES]
    best = from_bytes(sample, cp_isolation=_OLD_ENCODINGS, enable_fallback=False).best()
    guess = best.encoding if best else "cp1252"
    if guess in ("cp1250", "cp1252", "cp1254"):
        # These differ in few letters; what tells them apart is a sign in the middle of a word.
        western = sample.decode("cp1252", errors="replace")
        guess = "cp1250" if _EASTERN_IN_WESTERN.search(western) else "cp1252"
    for candidate in (guess, "cp1252", "iso8859-15"):
        try:
            data.decode(candidate)
        except UnicodeDecodeError:
            continue
        return candidate.replace("mac_roman", "mac-roman")
    return "iso8859-15"


def clean(text: str) -> tuple[str, int]:
    """The text with unreadable characters marked by U+FFFD, and how many there were."""
    return _UNREADABLE.subn("\ufffd", text)


def split(text: str, wanted: Reading, limits: Limits) -> tuple[list[list[str]], Reading]:
    """The rows of the text, and the delimiter and quotation mark they were split by."""
    if text.startswith("sep=") and len(text) > 5 and text[5] in "\r\n":
        # Spreadsheets write this line to say the delimiter; it counts as a row, but is empty.
        wanted = Reading(delimiter=text[4]).over(wanted) if not wanted.delimiter else wanted
        text = text[5:]
    sample = _sample(text)
    quote = wanted.quote or _guess_quote(sample)
    delimiter = wanted.delimiter or _guess_delimiter(sample, quote)
    if len(delimiter) != 1 or delimiter in "\r\n":
        raise CannotRead(_("The delimiter has to be one character."))
    rows = list(_rows(text, delimiter, quote, limits))
    return rows, Reading(delimiter=delimiter, quote=quote).over(wanted)


def _sample(text: str) -> str:
    return "".join(islice(io.StringIO(text[: 4 * _SAMPLE_BYTES], newline=""), _SAMPLE_ROWS))


def _guess_quote(sample: str) -> str:
    starts = {q: len(re.findall(rf"(?:^|[,;\t|]){q}", sample, re.MULTILINE)) for q in "\"'"}
    ends = {q: len(re.findall(rf"{q}(?:$|[,;\t|\r])", sample, re.MULTILINE)) for q in "\"'"}
    single = starts["'"] >= 2 and starts["'"] == ends["'"]
    return "'" if single and not starts['"'] else '"'


def _guess_delimiter(sample: str, quote: str) -> str:
    """The delimiter that cuts most rows into the same number of cells, more than one."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _lenient_rows(sample, delimiter, quote) if row)
        usable = {width: n for width, n in widths.items() if width > 1}
        if not usable:
            continue
        width, rows = max(usable.items(), key=lambda item: (item[1], item[0]))
        score = (rows / sum(widths.values()), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _lenient_rows(sample: str, delimiter: str, quote: str) -> Iterator[list[str]]:
    try:
        yield from _reader(io.StringIO(sample, newline=""), delimiter, quote, strict=False)
    except csv.Error:
        return


def _reader(lines: Iterable[str], delimiter: str, quote: str, *, strict: bool) -> "Reader":
    unquoted = quote == NO_QUOTE
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar='"' if unquoted else quote,
        quoting=csv.QUOTE_NONE if unquoted else csv.QUOTE_MINIMAL,
        strict=strict,
    )


def _rows(text: str, delimiter: str, quote: str, limits: Limits) -> Iterator[list[str]]:
    lines = _counted(io.StringIO(text, newline=""), limits)
    reader = _reader(lines, delimiter, quote, strict=True)
    cells = 0
    try:
        for number, row in enumerate(reader, start=1):
            cells += len(row)
            if number > limits.rows or cells > limits.cells:
                raise CannotRead(
                    _("The file has more than {n:,} rows or {m:,} cells.").format(
                        n=limits.rows, m=limits.cells
                    ),
                    todo=_("Split it into several files and import them one after the other."),
                )
            if len(row) > limits.columns:
                raise CannotRead(
                    _("Row {row} has more than {n:,} columns.").format(
                        row=number, n=limits.columns
                    ),
                    todo=_("Check the delimiter, or keep only the columns that are needed."),
                )
            if row and len(max(row, key=len)) > limits.cell_length:
                raise _long_cell(number, limits)
            yield row
    except csv.Error as error:
        raise CannotRead(
            _("The quotation marks of line {line} do not match.").format(line=reader.line_num),
            todo=_("Mend that line, or say that the file uses another quotation mark or none."),
        ) from error


def _counted(lines: Iterator[str], limits: Limits) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if len(line) > _LINE_LENGTH:
            raise _long_cell(number, limits)
        yield line


def _long_cell(number: int, limits: Limits) -> CannotRead:
    return CannotRead(
        _("Line {line} is too long: a cell may hold {n:,} characters.").format(
            line=number, n=limits.cell_length
        ),
        todo=_("Check that this is a table, and that its quotation marks match."),
    )
