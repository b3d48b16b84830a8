import pytest

from banyan.core.ids import read_id, uuid7, write_id


def test_an_id_is_read_back_as_it_was_written():
    for value in (uuid7() for _ in range(200)):
        assert read_id(write_id(value)) == value
        assert value.version == 7


def test_later_ids_sort_later():
    ids = [write_id(uuid7()) for _ in range(2)]
    assert ids[0][:9] <= ids[1][:9]


@pytest.mark.parametrize("text", ["", "u" * 26, "0" * 25, "z" * 26, "é" * 26])
def test_what_is_no_id_is_refused(text):
    with pytest.raises(ValueError):
        read_id(text)
