"""Files as people really send them are read right, or refused with a reason, in a few seconds."""

import csv
import io
import json
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.errors import OutcomesError
from outcomes_app.exchange import tabular
from outcomes_app.exchange.base import Limits, Reading, Table

DATA = Path(__file__).parent.parent / "data"
SPECTRUM = sorted((DATA / "csv_spectrum").glob("*.csv"))


def read(text: str | bytes, name: str = "file.csv", reading: Reading | None = None) -> Table:
    data = text.encode() if isinstance(text, str) else text
    return tabular.read_data(data, name, reading)


def records(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows]


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_tricky_csv_is_read_as_its_makers_say(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))

    assert records(tabular.read(path)) == expected


def test_all_of_the_tricky_files_are_here() -> None:
    assert len(SPECTRUM) == 11


NAMES = "patient;Größe;Klinik\n1;1,75;Île-de-France\n2;1,80;Łódź\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_unicode_encoding_is_found(encoding: str) -> None:
    table = read(NAMES.encode(encoding))

    assert table.columns == ("patient", "Größe", "Klinik")
    assert table.rows[1].cells == ("2", "1,80", "Łódź")
    assert table.reading.decimal == ","


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("cp1252", "Zürich, Genève, Köln – “gut”"), ("cp1250", "Łódź Kraków Gdańsk Poznań świętość"),
     ("cp1251", "Больница номер один в городе"), ("shift_jis", "東京都の病院でひらがな")],
)  # fmt: skip
def test_older_encodings_are_found(encoding: str, word: str) -> None:
    table = read(f"patient;clinic\n1;{word}\n2;{word}\n".encode(encoding))

    assert table.rows[0].cells[1] == word


def test_a_wrong_guess_can_be_corrected() -> None:
    data = "patient;name\n1;Łódź\n".encode("cp1250")

    assert read(data, reading=Reading(encoding="cp1250")).rows[0].cells[1] == "Łódź"


def test_an_encoding_that_cannot_be_is_refused_with_its_name() -> None:
    with pytest.raises(OutcomesError, match="not written in utf-8"):
        read("a,b\n1,é\n".encode("cp1252"), reading=Reading(encoding="utf-8"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["patient", "score", "said"], ["1", "3.5", "a, b; c | d"], ["2", "4", 'he said "no"']]
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)

    table = read(file.getvalue())

    assert table.reading.delimiter == delimiter
    assert [list(table.columns), *(list(row.cells) for row in table.rows)] == rows


def test_the_delimiter_line_of_a_spreadsheet_is_obeyed_and_counted() -> None:
    table = read("sep=;\r\npatient;score\r\n1;2,5\r\n")

    assert (table.reading.delimiter, table.columns) == (";", ("patient", "score"))
    assert table.rows[0].number == 3


def test_single_quotation_marks_are_found() -> None:
    table = read("'patient','said'\n'1','a, b'\n'2','c'\n")

    assert table.rows[0].cells == ("1", "a, b")


def test_an_unclosed_quotation_mark_is_refused_with_its_line() -> None:
    with pytest.raises(OutcomesError, match="line 3"):
        read('patient,note\n1,"open\n2,b\n')


def test_title_rows_above_the_headings_are_set_aside() -> None:
    table = tabular.read(DATA / "messy_bp.xlsx")

    assert table.reading.header_row == 4
    assert table.titles[0] == "STOP Blood Pressure Study"
    assert table.columns[0] == "pat_id"
    assert table.columns[-2:] == ("Visit 3 BP", "Visit 3 HR")  # the group heading tells them apart
    assert table.rows[0].number == 5
    assert len(table.rows) == 20


def test_a_table_without_headings_gets_names_for_its_columns() -> None:
    table = read("1,2026-01-05,30\n2,2026-01-06,31\n", reading=Reading(header_row=0))

    assert table.columns == ("Column 1", "Column 2", "Column 3")
    assert len(table.rows) == 2


def test_a_table_of_numbers_alone_is_seen_to_have_no_headings() -> None:
    assert read("1,30\n2,31\n").reading.header_row == 0


def test_repeated_headings_become_distinct() -> None:
    assert read("pain,pain,\n1,2,3\n").columns == ("pain", "pain (2)", "Column 3")


DECIMALS = [
    ("1,5", ";", ",", False),
    ("1.5", ";", ".", False),
    ("1.234,5", ";", ",", False),
    ("1,234.5", ";", ".", False),
    ("1,234", ";", ",", True),
    ("1,234", "\t", ".", True),
]


@pytest.mark.parametrize(("cell", "delimiter", "decimal", "asked"), DECIMALS)
def test_the_decimal_sign_is_found_or_asked_about(
    cell: str, delimiter: str, decimal: str, asked: bool
) -> None:
    table = read(f"patient{delimiter}value\n1{delimiter}{cell}\n")

    assert table.reading.decimal == decimal
    assert ("decimal" in table.unsure) is asked


DATE_ORDERS = [
    (["13/02/2026", "01/02/2026"], "dmy", False),
    (["02/13/2026", "01/02/2026"], "mdy", False),
    (["2026-02-13"], "ymd", False),
    (["01/02/2026", "03/04/2026"], None, True),
    (["13/02/2026", "02/13/2026"], None, True),
    (["1.2.2026"], None, True),
]


@pytest.mark.parametrize(("dates", "order", "asked"), DATE_ORDERS)
def test_the_date_order_is_found_or_asked_about_never_guessed(
    dates: list[str], order: str | None, asked: bool
) -> None:
    table = read("patient,date\n" + "".join(f"1,{d}\n" for d in dates))

    assert table.reading.date_order == order
    assert ("date_order" in table.unsure) is asked


def test_a_correction_wins_over_what_was_found() -> None:
    wanted = Reading(delimiter=";", decimal=",", date_order="mdy", header_row=2)

    table = read("a;b\npatient;date\n1;13/02/2026\n", reading=wanted)

    assert table.reading == Reading(encoding="utf-8", quote='"').over(
        Reading(encoding="utf-8", quote='"', delimiter=";", decimal=",", date_order="mdy",
                header_row=2)
    )  # fmt: skip
    assert table.columns == ("patient", "date")


def test_a_row_that_is_too_long_is_an_error_of_that_row() -> None:
    table = read("a,b\n1,2\n3,4,5\n")

    assert [(p.row, p.code) for p in table.problems] == [(3, "too_many_cells")]


def test_blank_rows_are_passed_over_and_still_counted() -> None:
    assert [row.number for row in read("a,b\n\n1,2\n,\n3,4\n").rows] == [3, 5]


def test_unreadable_characters_are_marked_and_reported() -> None:
    table = read(b"patient,note\n1,a\x00b\x01\n")

    assert table.rows[0].cells[1] == "a\ufffdb\ufffd"
    assert [p.code for p in table.problems] == ["unreadable_text"]


def test_half_a_character_in_utf_16_is_marked() -> None:
    data = b"\xff\xfe" + "patient,note\n1,".encode("utf-16-le") + b"\x00\xd8" + b"\n\x00"

    assert read(data).rows[0].cells[1] == "\ufffd"


def workbook(rows: list[list[object]], **sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for name, others in sheets.items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_cells_of_a_workbook_read_as_a_spreadsheet_shows_them() -> None:
    rows = [
        ["patient", "value", "date", "seen", "done"],
        [1, 0.1 + 0.2, date(2026, 2, 3), datetime(2026, 2, 3, 10, 30), True],  # noqa: DTZ001  as in cells
        ["001", 1e-7, None, None, False],
    ]

    table = read(workbook(rows), "book.xlsx")

    assert table.rows[0].cells == ("1", "0.3", "2026-02-03", "2026-02-03 10:30:00", "TRUE")
    assert table.rows[1].cells == ("001", "0.0000001", "", "", "FALSE")


def test_numbers_of_a_workbook_follow_its_decimal_comma() -> None:
    table = read(workbook([["a", "b"], [1.5, "2,5"], [2, "3,5"]]), "book.xlsx")

    assert table.reading.decimal == ","
    assert [row.cells for row in table.rows] == [("1,5", "2,5"), ("2", "3,5")]


def test_a_sheet_can_be_chosen() -> None:
    data = workbook([["a"], [1]], Diary=[["b"], [2]])

    assert read(data, "book.xlsx").sheets == ("Sheet", "Diary")
    assert read(data, "book.xlsx", Reading(sheet="Diary")).columns == ("b",)
    with pytest.raises(OutcomesError, match="no sheet"):
        read(data, "book.xlsx", Reading(sheet="Nothing"))


def sheet_with(xml: str, shared: str = "") -> bytes:
    """A workbook whose one sheet is this XML: what a program for honest files would never make."""
    parts = workbook([["a"], [1]])
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(parts)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            body = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                body = xml.encode()
            elif shared and name == "xl/sharedStrings.xml":
                body = shared.encode()
            new.writestr(name, body)
    return file.getvalue()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def hostile_files() -> dict[str, bytes]:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row>'
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    head, tail = f'<worksheet xmlns="{_MAIN}"><sheetData>', "</sheetData></worksheet>"
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 250_000_000)
    texts = f'<sst xmlns="{_MAIN}"><si><t>{"x" * 32_000}</t></si></sst>'
    many = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 200_001))
    return {
        "a cell at the far end": sheet_with(head + cells + far + tail),
        "a bomb of zeros": zeros.getvalue(),
        "one text, many times": sheet_with(head + many + tail, texts),
        "a million columns": b",".join([b"1"] * 1_000_000) + b"\n",
        "thirty megabytes in one cell": b'a,b\n1,"' + b"x" * 30_000_000,
        "thirty megabytes of commas": b"," * 30_000_000,
        "thirty megabytes of open quotes": b"a,b\n" + b'"x,1\n' * 6_000_000,
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400,
        "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
        "a cut workbook": workbook([["a"], [1]])[:-300],
        "an archive": sheet_with("")[:0] + _plain_zip(),
        "nothing": b"",
        "blank lines": b"\n\n\n",
        "headings only": b"patient,score\n",
    }


def _plain_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return file.getvalue()


HOSTILE = hostile_files()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason_within_five_seconds(name: str) -> None:
    began = time.monotonic()

    with pytest.raises(OutcomesError) as refused:
        read(HOSTILE[name], "file.xlsx")

    assert time.monotonic() - began < 5
    assert refused.value.message
    assert refused.value.todo


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(OutcomesError, match="rows"):
        tabular.read_data(b"a,b\n" + b"1,2\n" * 50, "file.csv", None, Limits(rows=20))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(OutcomesError):
            tabular.read(path)


_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\u0085"),
    min_size=1, max_size=12,
).map(lambda text: "x" + text.strip())  # fmt: skip


@given(
    rows=st.lists(st.tuples(_TEXT, _TEXT, _TEXT), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_what_is_read(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str, line_end: str
) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(["patient", "first", "second"])
    writer.writerows(rows)
    told = Reading(delimiter=delimiter, header_row=1, quote='"')

    table = read(file.getvalue().encode(encoding), reading=told)

    assert [row.cells for row in table.rows] == rows
