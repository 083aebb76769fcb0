"""When a photo was taken: which field is believed, and what counts as no date."""

from datetime import UTC, datetime

import pytest

from collection.metadata.dates import Taken, taken

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ORIGINAL, DIGITIZED, XMP = "ExifIFD:DateTimeOriginal", "ExifIFD:CreateDate", "XMP-photoshop:DateCreated"
MAY = int(datetime(2020, 5, 14, 12).timestamp() * 1e9)


def test_the_moment_of_exposure_comes_first() -> None:
    tags = {XMP: "2019:01:01 08:00:00", DIGITIZED: "2018:01:01 08:00:00", ORIGINAL: "2017:03:04 05:06:07"}
    assert taken(tags, "2016-01-01.jpg", MAY, NOW) == Taken("2017-03-04T05:06:07", ORIGINAL)


@pytest.mark.parametrize(
    "impossible",
    [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "1970:01:01 00:00:00",
        "1904:01:01 00:00:00",
        "1980:01:01 00:00:30",
        "2050:01:01 00:00:00",
        "12020:05:14 10:00:00",
        "2020:02:30 10:00:00",
        "2020:05:14 25:00:00",
        "1500:05:14 10:00:00",
        "yesterday",
        "",
    ],
)
def test_an_impossible_date_counts_as_missing(impossible: str) -> None:
    tags = {ORIGINAL: impossible, DIGITIZED: "2018:01:02 08:00:00"}
    assert taken(tags, "photo.jpg", MAY, NOW) == Taken("2018-01-02T08:00:00", DIGITIZED)


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2014", "2014"),
        ("2014:05", "2014-05"),
        ("2014:05:00 00:00:00", "2014-05"),
        ("2014:00:00 00:00:00", "2014"),
        ("2014:05:02", "2014-05-02"),
        ("2014:05:02 10:51", "2014-05-02T10:51:00"),
        ("2014-05-02T10:51:39.25+02:00", "2014-05-02T10:51:39+02:00"),
        ("2014:05:02 10:51:39Z", "2014-05-02T10:51:39Z"),
    ],
)
def test_a_date_is_as_precise_as_its_source(value: str, at: str) -> None:
    assert taken({XMP: value}, "photo.jpg", MAY, NOW) == Taken(at, XMP)


def test_an_offset_beside_the_date_is_kept() -> None:
    tags = {ORIGINAL: "2014:05:02 10:51:39", "ExifIFD:OffsetTimeOriginal": "-07:00"}
    assert taken(tags, "", MAY, NOW) == Taken("2014-05-02T10:51:39-07:00", ORIGINAL)


def test_the_two_halves_of_an_iptc_date_make_one() -> None:
    tags = {"IPTC:DateCreated": "2014:05:02", "IPTC:TimeCreated": "10:51:39+02:00"}
    assert taken(tags, "", MAY, NOW) == Taken("2014-05-02T10:51:39+02:00", "IPTC:DateCreated")


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("IMG_20200514_105139.jpg", "2020-05-14T10:51:39"),
        ("PXL_20210302_120000123.jpg", "2021-03-02T12:00:00"),
        ("2014-04-02 10.51.39.jpg", "2014-04-02T10:51:39"),
        ("Screenshot_2014-04-02-10-51-39.png", "2014-04-02T10:51:39"),
        ("2014-04-02 holiday.jpg", "2014-04-02"),
        ("IMG-20200608-WA0001.jpg", "2020-06-08"),
        ("20200608.jpg", "2020-06-08"),
    ],
)
def test_a_name_tells_the_date_where_nothing_in_the_photo_does(name: str, at: str) -> None:
    assert taken({}, name, MAY, NOW) == Taken(at, "name")


@pytest.mark.parametrize("name", ["DSC_20201.jpg", "12345678901234.jpg", "20209999_101010.jpg", "IMG_1234.jpg"])
def test_a_number_is_no_date_and_the_files_own_time_is_marked_as_a_guess(name: str) -> None:
    assert taken({}, name, MAY, NOW) == Taken("2020-05-14T12:00:00", "file")


def test_nothing_is_invented() -> None:
    assert taken({}, "photo.jpg", 0, NOW) is None
