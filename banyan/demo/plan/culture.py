"""What Slow Kiln is at together, in the natural words of both its languages."""

from __future__ import annotations

WHY = (
    "Half of us keep the best bowl in a cupboard, and newcomers are helped before they have asked. "
    "Two short lines, one for each.\n\n"
    "好多人把最好的碗锁在柜子里；新人还没问，就被教了一通。各加一句短的。"
)
SAID = (
    ("I plead guilty about the cupboard. Yes to the first line.", 0.3),
    ("“人家问了，再帮”这句我赞成，去年我就被热心吓跑过一次。", 0.5),
    ("Could “ask first” sound cold to somebody who is shy?", 1.1),
    ("害羞的人也可以被问一句“要不要帮忙”，这不就是先问吗。", 1.4),
    ("Then I am for it as it stands.", 2.2),
)

CHALLENGE = {
    "title": "30 cups in 30 days",
    "second_title": "三十天三十只杯",
    "about": "Throw, pinch, draw or drink from one cup a day, and check in. Crooked ones count.",
    "second_about": "每天一只杯：拉一只、捏一只、画一只，或好好用一只，然后打卡。歪的也算。",
    "reward": "A test tile of this winter’s celadon",
    "second_reward": "一片今冬青瓷的试片",
    "paid_by": "Slow Kiln",
    "second_paid_by": "慢窑",
}
TEAMS = ("Wheel 拉坯", "Coil 泥条")

GOALS = (
    ("Eighty things shown in a month", "一个月晒出八十件", "posts", 80, 46, 16),
    ("No post left alone: 140 answered in a month", "不让一篇帖子落空：一个月回应一百四十篇",
     "first-replies", 140, 13, -17),
)  # fmt: skip

RITUAL = {
    "title": "Tea on Wednesday",
    "second_title": "周三茶局",
    "words": "Bring what you are drinking and the cup it is in. No theme, no hurry.",
    "second_words": "带上你正在喝的和装它的杯子。没有主题，不着急。",
}
HOSTS = ("lan", "kenji", "jonas", "yusuf")

EXAMPLES = (
    "I thought of this line of ours when I read it.",
    "读到这篇，就想起了公约里的这一句。",
    "Said plainly, and meant.",
    "说得实在，也看得出是真心的。",
)

CHRONICLE = (
    ("Eleven of us rebuilt the big kiln, brick by brick", "十一个人一块砖一块砖，重砌了大窑", 58),
    ("First firing with ash from our own garden", "第一次用自家园子的草木灰烧", 24),
)
