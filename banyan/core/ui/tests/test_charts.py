from banyan.core.ui import charts


def test_grid_lines_stand_on_round_numbers() -> None:
    assert charts.steps(0, 10) == [0, 5, 10]
    assert charts.steps(197, 268) == [200, 250]


def test_the_tallest_bar_fills_the_room_and_zero_is_nearly_nothing() -> None:
    svg = charts.bars(
        charts.points_of([("a", 0), ("b", 10)]), width=200, height=100, said="", cls=""
    )
    assert 'height="60"' in svg
    assert 'height="2"' in svg


def test_words_of_marks_that_would_touch_stand_on_two_rows() -> None:
    points = charts.points_of(
        [("1", 1, False, "a long mark here"), ("2", 2, False, "another"), ("3", 3)]
    )
    svg = charts.line(points, width=200, height=170, said="", cls="")
    assert 'y="12" text-anchor' in svg
    assert 'y="28" text-anchor' in svg


def test_parts_of_a_bar_add_up_to_the_whole_width() -> None:
    svg = charts.stacked([("brand", 1), ("line", 3)], said="")
    assert 'x="25.00%"' in svg


def test_what_people_wrote_is_escaped() -> None:
    points = charts.points_of([("<b>", 1), ("&", 2)])
    assert "<b>" not in charts.bars(points, width=100, height=100, said="<i>", cls="")
