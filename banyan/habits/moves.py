"""What of these tables leaves with a community."""

from banyan.core.moving import goes, stays

goes(
    "habits.Habit", "member", "zone", "last_on", "days", "longest", "grace", "hides_level",
    given={"points": 0, "level": None},
)  # fmt: skip
goes("habits.CheckIn", "member", "day", "at", "days", "mended")
goes("habits.Level", "name", "lang", "second_name", "second_lang", "from_points")
stays("it was given in leaves of this instance’s shop, which stay", "habits.Gift")
stays("it promises leaves of this instance’s shop", "habits.Quest", "habits.Terms")
