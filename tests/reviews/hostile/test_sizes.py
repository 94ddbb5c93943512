"""Numbers 137, 138, 144 and 150 of the hostile inputs: too much of everything, and nothing at all.

Each ends within the deadline of its process: what grew faster than the input would not. Counted are also the three
files of the base, which go.
"""

import gzip
import io
import tarfile
import zipfile
import zlib

import pytest

from reviews.models import Review
from tests.reviews.hostile.reviewing import Hostile

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(170)]

MEGABYTE = 1024**2


def test_input_137_a_file_of_eighty_megabytes_is_left_out_and_costs_no_other(hostile: Hostile):
    ended = hostile.review({b"big.py": b"x = 1\n" * (80 * MEGABYTE // 6)})
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)
    assert "- left out, too large: `big.py`" in ended.posted[-1]


def test_input_137_a_line_of_twenty_megabytes_is_left_out_and_costs_no_other(hostile: Hostile):
    ended = hostile.review({b"long.js": b"a" * 20 * MEGABYTE, b"longish.js": b"a" * 900_000})
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)
    assert "- left out, too large: `long.js`" in ended.posted[-1]
    assert "- left out, minified: `longish.js`" in ended.posted[-1]


@pytest.mark.parametrize("count", [10_000, pytest.param(100_000, marks=pytest.mark.campaign)])
def test_input_137_of_many_thousand_files_the_first_are_read(hostile: Hostile, count: int):
    oid = hostile.blob(b"text\n")
    ended = hostile.review({f"many{index:06}.txt".encode(): ("100644", oid) for index in range(count)})
    assert (ended.outcome, ended.found_beside, Review.objects.get().files) == ("PARTIAL", True, 2_000)
    assert ended.reason == f"Only the first 2000 of {count + 4} changed files were read."


def test_input_137_a_diff_of_ten_thousand_parts_is_read_to_its_end(hostile: Hostile):
    lines = [f"x{index} = 1" for index in range(80_000)]
    hostile.repo.commit({"parts.py": "\n".join(lines) + "\n"})
    lines[::8] = [f"{line}0" for line in lines[::8]]
    lines[-8] = "undefined_in_the_last_part()"
    ended = hostile.review({b"parts.py": "\n".join(lines).encode() + b"\n"})
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)
    assert ("parts.py", 79_993) in ended.comments


def bombs() -> dict[bytes, bytes]:
    """Small files that become large ones in the hands of whoever unpacks them."""
    zeros = b"\0" * 20 * MEGABYTE
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../zeros", zeros)
    with tarfile.open(fileobj=tarred, mode="w:gz") as tar:
        member = tarfile.TarInfo("/zeros")
        member.size = len(zeros)
        tar.addfile(member, io.BytesIO(zeros))
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0\0\0\0\0"
    return {
        b"bomb.zip": zipped.getvalue(),
        b"bomb.tar.gz": tarred.getvalue(),
        b"bomb.png": header + zlib.compress(zeros),
        b"bomb.py.gz": gzip.compress(b"undefined()\n" * MEGABYTE),
        b"bomb.whl": zipped.getvalue(),
    }


def test_input_138_nothing_is_unpacked(hostile: Hostile):
    ended = hostile.review(bombs())
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)
    assert ended.posted[-1].count("left out, binary") == 5


def test_input_144_a_notebook_of_many_megabytes_is_left_out(hostile: Hostile):
    cell = b'{"cell_type": "code", "source": ["x = 1\\n"], "outputs": [{"data": "' + b"a" * 1_000 + b'"}]},\n'
    notebooks = {b"large.ipynb": b'{"cells": [' + cell * 5_000 + b"{}]}", b"small.ipynb": b'{"cells": [' + cell * 800}
    ended = hostile.review(notebooks)
    assert (ended.outcome, ended.found_beside, Review.objects.get().files) == ("REVIEWED", True, 5)
    assert "- left out, too large: `large.ipynb`" in ended.posted[-1]


def test_input_150_a_pull_request_without_files_is_skipped(hostile: Hostile):
    tree = hostile.repo.git("rev-parse", "main^{tree}")
    ended = hostile.review_of(hostile.git("commit-tree", tree, "-p", hostile.repo.git("rev-parse", "main"), data=b"m"))
    assert (ended.outcome, ended.reason) == ("SKIPPED", "nothing to review")


def test_input_150_of_more_files_than_github_lists_the_first_are_reviewed(hostile: Hostile):
    files = {f"many{index:04}.py".encode(): f"x = {index}\n".encode() for index in range(3_001)}
    ended = hostile.review({b"many": files})
    assert (ended.outcome, ended.found_beside) == ("PARTIAL", True)
    assert ended.reason == "Only the first 2000 of 3005 changed files were read."
