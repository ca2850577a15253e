"""Files of posts in every form that `scan` reads; what is wrong with one row loses no other."""

import gzip
import io
import json
from pathlib import Path

import pytest

from monitor.scanfiles import Form, Reader, Wanted, expanded, forms
from monitor.scanfiles.names import form_of


def read(*paths: Path | str, **wanted: object) -> tuple[list[tuple[object, str]], list[str]]:
    """Return the posts of files as (id, text), and what was told of those that could not be read."""
    told: list[str] = []
    reader = Reader(told.append, Wanted(**wanted))  # type: ignore[arg-type]
    posts = [(post.id, post.text) for post in reader.read([str(path) for path in paths])]
    assert (reader.posts, reader.bad) == (len(posts), len(told))
    return posts, told


def file(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    body = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["posts.csv", "posts.csv.gz", "POSTS.TSV"])
def test_a_table_is_read_whatever_separates_its_columns(delimiter: str, name: str, tmp_path: Path) -> None:
    rows = [["url", "Text", "ID"], ["https://a.example", '"one\n""two"""', "a1"], ["", "three", "a2"]]
    path = file(tmp_path, name, "\ufeff" + "".join(delimiter.join(row) + "\r\n" for row in rows))

    assert read(path) == ([("a1", 'one\n"two"'), ("a2", "three")], [])


def test_a_table_without_ids_numbers_its_posts(tmp_path: Path) -> None:
    assert read(file(tmp_path, "a.csv", "content,n\none,5\ntwo,6\n")) == ([(1, "one"), (2, "two")], [])


def test_columns_may_be_named(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "text,id,said,key\nno,1,yes,k\n")

    assert read(path, id_column="key", text_column="said") == ([("k", "yes")], [])


@pytest.mark.parametrize(
    ("content", "wanted", "problem"),
    [
        ("a,b\n1,2\n", {}, "has no column of texts that is known"),
        ("", {}, "has no column of texts that is known"),
        ("id,text\n1,x\n", {"text_column": "said"}, "has no column 'said'; its columns: id, text"),
        ("id,text\n1,x\n", {"id_column": "key"}, "has no column 'key'; its columns: id, text"),
    ],
)
def test_a_table_without_its_columns_is_told_and_the_next_file_goes_on(
    content: str, wanted: dict[str, str], problem: str, tmp_path: Path
) -> None:
    bad, good = file(tmp_path, "a.csv", content), file(tmp_path, "b.txt", "good")
    posts, told = read(bad, good, **wanted)

    assert posts == [(str(good), "good")]
    assert len(told) == 1
    assert problem in told[0]


def test_bad_rows_of_a_table_are_told_and_lose_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LONGEST_LINE", 60)
    rows = [b"id,text", b"1,one", b"2", b"3,\xff", b"4," + b"x" * 100, b"5,five", b"6,six"]
    posts, told = read(file(tmp_path, "a.csv", b"\n".join(rows)))

    assert posts == [("1", "one"), ("5", "five"), ("6", "six")]
    assert len(told) == 3


def test_a_quotation_mark_that_never_ends_costs_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LONGEST_LINE", 100)
    rows = ["id,text", "1,one", '2,"two', *(f"{number},more" for number in range(3, 40))]
    posts, told = read(file(tmp_path, "a.csv", "\n".join(rows)))

    assert posts[0] == ("1", "one")
    assert ("39", "more") in posts
    assert any("not CSV" in line for line in told)


def test_a_text_is_one_post_known_by_its_name(tmp_path: Path) -> None:
    utf8, latin, utf16 = (
        file(tmp_path, f"{name}.txt", body)
        for name, body in (("a", "\ufeffcafé\n"), ("b", "café".encode("cp1252")), ("c", "café".encode("utf-16")))
    )

    assert read(utf8, latin, utf16) == ([(str(utf8), "café\n"), (str(latin), "café"), (str(utf16), "café")], [])


def test_each_line_of_a_text_may_be_a_post(tmp_path: Path) -> None:
    path = file(tmp_path, "a.log.gz", "one\r\n\n  \ntwo")

    assert read(path, lines=True) == ([(f"{path}:1", "one"), (f"{path}:4", "two")], [])


def test_a_text_larger_than_any_post_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LONGEST_LINE", 10)
    posts, (problem,) = read(file(tmp_path, "a.txt", "x" * 11))

    assert posts == []
    assert "with --lines" in problem


def test_parquet_gives_ids_and_texts_as_they_are(tmp_path: Path) -> None:
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    table = pa.table({"id": [7, None, 9], "text": ["one", "two", None], "other": [1.5, 2.5, 3.5]})
    parquet.write_table(table, path)

    posts, told = read(path)
    assert posts == [(7, "one")]
    assert [line.split(": ", 1)[1] for line in told] == ["no id (a text or a number)", "no text"]


@pytest.mark.parametrize("body", [b"", b"PAR1", b"not parquet at all", b"PAR1" + b"\x00" * 50 + b"PAR1"])
def test_a_damaged_parquet_file_is_one_line(body: bytes, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    posts, told = read(file(tmp_path, "a.parquet", body), file(tmp_path, "b.jsonl", '{"id": 1, "text": "x"}'))

    assert posts == [(1, "x")]
    assert len(told) == 1
    assert "\n" not in told[0]


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    _, (problem,) = read(file(tmp_path, "a.parquet", b"PAR1"))

    assert "pip install 'quote-monitor[parquet]'" in problem


@pytest.mark.parametrize("name", ["-", "a.parquet.gz"])
def test_parquet_is_read_from_a_plain_file_only(name: str) -> None:
    _, (problem,) = read(name, form=Form.PARQUET)

    assert "neither packed nor from standard input" in problem


def test_what_a_file_holds_may_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"id;text\n1;one\n")))

    assert read("-", form=Form.CSV) == ([("1", "one")], [])


def test_keys_of_jsonl_may_be_named(tmp_path: Path) -> None:
    path = file(tmp_path, "a.jsonl", json.dumps({"key": 5, "said": "x"}))

    assert read(path, id_column="key", text_column="said") == ([(5, "x")], [])


def test_names_tell_what_a_file_holds() -> None:
    assert [form_of(name) for name in ("a.csv", "a.tsv.gz", "a.parquet", "a.txt", "a.ndjson", "a", "-")] == [
        Form.CSV, Form.CSV, Form.PARQUET, Form.TEXT, Form.JSONL, Form.JSONL, Form.JSONL
    ]  # fmt: skip


def test_a_pattern_stands_for_the_files_it_finds(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    paths = [file(tmp_path, name, "x") for name in ("b.txt", "a.txt", "deep/c.txt", "[odd].txt")]

    assert expanded((f"{tmp_path}/**/[abc].txt", "-", str(paths[3]))) == [
        str(paths[1]), str(paths[0]), str(paths[2]), "-", str(paths[3])
    ]  # fmt: skip
    with pytest.raises(FileNotFoundError):
        expanded((f"{tmp_path}/*.csv",))


def test_the_position_reaches_the_size_of_all_files(tmp_path: Path) -> None:
    paths = [file(tmp_path, name, "one\ntwo\n") for name in ("a.txt", "b.txt.gz")]
    reader = Reader(lambda line: None, Wanted(lines=True))
    seen = [reader.position for _ in reader.read(map(str, paths))]

    assert seen == sorted(seen)
    assert reader.position == sum(path.stat().st_size for path in paths)


def test_an_open_quotation_mark_is_told_with_the_line_it_is_in(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", b'id,text\n1,\xff\n2,"Come\nget me\n3,lost?\n')
    posts, told = read(path)

    assert posts == [("2", "Come\nget me\n3,lost?\n")]
    assert [line.partition("a.csv")[2] for line in told] == [
        ":2: not UTF-8 (at byte 2)",
        ":2: a quotation mark is never closed: all from here on was read as one post",
    ]


@pytest.mark.parametrize("rows", ['1,"two\nlines"\n', '1,a 5" disk\n2,another\n', '1,"said ""no"""\n'])
def test_quotation_marks_that_are_closed_or_mean_nothing_are_no_trouble(rows: str, tmp_path: Path) -> None:
    _, told = read(file(tmp_path, "a.csv", f"id,text\n{rows}"))

    assert told == []
