"""Files are called after what stands in them, as every file system takes it, and no two alike."""

from __future__ import annotations

from chainscore.words.filenames import file_names


def test_what_some_file_system_does_not_take_is_replaced() -> None:
    assert file_names(['a/b:<c>"?*|\\'], ".txt") == ["a_b__c______.txt"]


def test_no_two_files_have_one_name_and_capital_letters_make_no_other() -> None:
    assert file_names(["A/b", "a_B", "c"], ".xlsx") == ["A_b 1.xlsx", "a_B 2.xlsx", "c.xlsx"]


def test_a_name_is_no_longer_than_file_systems_take() -> None:
    one, other = file_names(["长" * 100 + "甲", "长" * 100 + "乙"], ".xlsx")
    assert (one, other) == ("长" * 80 + " 1.xlsx", "长" * 80 + " 2.xlsx")
    assert len(one.encode()) <= 255


def test_a_number_that_another_name_has_already_is_left_out() -> None:
    assert file_names(["甲", "甲", "甲 1"], ".xlsx") == ["甲 2.xlsx", "甲 3.xlsx", "甲 1.xlsx"]
