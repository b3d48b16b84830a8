"""The three communities: what they are for, what they hold to, how they send parcels."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .shapes import EN, ZH, CharterPlan, CommunityPlan, RatePlan, TopicPlan

DAYS = 90

_TOPICS = {
    "notes": ("Studio notes", "工坊手记"),
    "made": ("Made by members", "成员晒物"),
    "questions": ("Questions", "问答"),
    "talk": ("Talk", "闲谈"),
    "hello": ("Say hello", "新人报到"),
}


def _week(*days: tuple[str, str]) -> list[dict[str, str]]:
    return [{"text": en, "second": zh} for en, zh in days]


_PROFILES: dict[str, dict[str, Any]] = {
    "kiln": {
        "value": ["slow", "lasting", "make", "honest"], "aesthetic": ["plain", "rough", "warm"],
        "personality": ["quiet", "helpful"], "status": ["maker", "collector", "serious"],
        "career": ["craft", "design"], "rhythm": 1, "price": 2,
        "sample_week": _week(
            ("What came off the wheel", "这周拉出来的"), ("", ""),
            ("Tea on Wednesdays", "周三茶局"), ("", ""),
            ("Photos of cups in use", "晒正在用的杯子"), ("The kiln is opened", "开窑"),
            ("Seconds, with the flaw shown", "微瑕上架，毛病拍清楚"),
        ),
    },
    "four": {
        "value": ["slow", "kind", "share"], "aesthetic": ["plain", "wild"],
        "personality": ["gentle", "talkative"], "status": ["beginner", "student"],
        "career": ["office", "teach"], "rhythm": 0, "price": 1,
        "sample_week": _week(
            ("Four o’clock, a cup and a word", "四点，一杯茶一句话"),
            ("Four o’clock, a cup and a word", "四点，一杯茶一句话"),
            ("Somebody asks, somebody answers", "有人问，有人答"),
            ("Four o’clock, a cup and a word", "四点，一杯茶一句话"),
            ("What the office drinks", "办公室喝什么"), ("Tea outdoors", "户外喝茶"), ("", ""),
        ),
    },
    "wax": {
        "value": ["beauty", "family", "make"], "aesthetic": ["dark", "warm", "fine"],
        "personality": ["gentle", "playful"], "status": ["maker", "beginner"],
        "career": ["craft", "care"], "rhythm": 2, "price": 1,
        "sample_week": _week(
            ("", ""), ("A lamp of the week", "一周一盏灯"), ("", ""),
            ("How long it burned", "烧了多久"), ("", ""),
            ("Dinner by candlelight", "烛光晚饭"), ("Lights out together", "一起熄灯"),
        ),
    },
}  # fmt: skip


def _topics(**own: tuple[str, str]) -> tuple[TopicPlan, ...]:
    words = {**_TOPICS, **own}
    return tuple(TopicPlan(slug=s, name=en, second_name=zh) for s, (en, zh) in words.items())


def places(now: datetime) -> list[CommunityPlan]:
    start = now - timedelta(days=DAYS)
    kiln_first = CharterPlan(
        goal="To own fewer things, made by people we know, and to keep them.",
        values=("Make less, keep it longer.", "Praise the work, be kind about the wobble."),
        conventions=(
            "Seconds are sold as seconds, with the flaw in the photo.",
            "Say who made it, also when it was not us.",
        ),
        second_goal="少买一点，买认识的人做的，用得久一点。",
        second_values=("少做一点，用久一点。", "夸手艺，对歪一点的地方宽厚些。"),
        second_conventions=(
            "微瑕就按微瑕卖，毛病拍在图里。",
            "东西是谁做的就写谁，不是我们做的也要写。",
        ),
    )
    kiln = CommunityPlan(
        slug="kiln",
        profile=_PROFILES["kiln"],
        name="Slow Kiln",
        second_name="慢窑",
        purpose="People who would rather own one cup made by hand than six made by no one.",
        second_purpose="宁愿要一只有人亲手做的杯子，不要六只没人做的。",
        owner="mei",
        cover="cover-sk-shelf.jpg",
        brand_h=158,
        brand_c=0.075,
        interests=("ceramics", "home", "tea"),
        zone="Asia/Shanghai",
        join_policy="open",
        earlier_charter=kiln_first,
        charter_changed_at=start + timedelta(days=31),
        charter=CharterPlan(
            goal=kiln_first.goal,
            values=(*kiln_first.values, "What is kept for best is wasted: use it."),
            conventions=(*kiln_first.conventions, "Ask first, then help."),
            second_goal=kiln_first.second_goal,
            second_values=(*kiln_first.second_values, "舍不得用才是浪费，天天用。"),
            second_conventions=(*kiln_first.second_conventions, "人家问了，再帮。"),
        ),
        topics=_topics(tea=("Tea on Wednesdays", "周三茶局")),
        rates=(
            RatePlan(name="快递", lang=ZH, price_minor=1200, regions=("CN",),
                     free_over_minor=9900, days="2至4天"),
            RatePlan(name="International post", lang=EN, price_minor=6800,
                     free_over_minor=80000, days="7 to 12 days"),
        ),
        roles={"dara": "operator", "yusuf": "moderator", "lan": "moderator"},
        carriers=("SF Express", "China Post"),
        founded_at=start,
    )  # fmt: skip
    four = CommunityPlan(
        slug="four",
        profile=_PROFILES["four"],
        name="Tea at Four",
        second_name="四点茶",
        purpose="One quiet cup a day, at four, in company or alone.",
        second_purpose="每天四点，一杯安静的茶，有人陪或者没人陪。",
        owner="qin",
        cover="cover-t4-table.jpg",
        brand_h=128,
        brand_c=0.08,
        interests=("tea", "home", "food"),
        zone="Asia/Shanghai",
        join_policy="open",
        charter=CharterPlan(
            goal="To stop once a day, and to notice what is in the cup.",
            values=("Whatever is in the cup is where we begin.", "Pour for the others first."),
            conventions=(
                "No snobs before five.",
                "Say what it reminds you of; nobody may correct you.",
                "Nobody earns a cent by praising a tea here unless it says so.",
            ),
            second_goal="一天停一次，看清杯子里是什么。",
            second_values=("杯子里是什么，就从什么开始聊。", "先给别人倒。"),
            second_conventions=(
                "五点之前不许摆谱。",
                "说它像什么都行，谁也不许纠正。",
                "收了好处夸茶，要写明白。",
            ),
        ),
        topics=_topics(),
        rates=(
            RatePlan(name="快递", lang=ZH, price_minor=1000, regions=("CN",),
                     free_over_minor=15000, days="2至3天"),
            RatePlan(name="International post", lang=EN, price_minor=5800,
                     free_over_minor=60000, days="8 to 14 days"),
        ),
        roles={"xiaoman": "operator", "hugo": "moderator"},
        carriers=("YTO Express", "China Post"),
        founded_at=start + timedelta(days=4, hours=3),
    )  # fmt: skip
    wax = CommunityPlan(
        slug="wax",
        profile=_PROFILES["wax"],
        name="North Wax",
        second_name="北蜡",
        purpose="For those whose evenings begin at half past three.",
        second_purpose="给下午三点半天就黑的人。",
        owner="aino",
        cover="cover-nw-row.jpg",
        brand_h=262,
        brand_c=0.06,
        interests=("candles", "home", "wood"),
        zone="Europe/Helsinki",
        join_policy="approval",
        charter=CharterPlan(
            goal="To make the dark half of the day the good half.",
            values=("Warm before bright.", "Poured by a person, named by a person."),
            conventions=(
                "Never leave one burning.",
                "Say what is in the wax.",
                "Photographs without filters; the dark is part of it.",
            ),
            second_goal="让天黑的那一半，变成好的那一半。",
            second_values=("先暖，再亮。", "人浇的，人起的名字。"),
            second_conventions=(
                "人走灯灭。",
                "蜡里有什么，写清楚。",
                "照片不加滤镜，黑也是一部分。",
            ),
        ),
        topics=_topics(),
        rates=(
            RatePlan(name="Parcel", lang=EN, price_minor=3900, free_over_minor=40000,
                     days="5 to 9 days"),
        ),
        roles={"ingrid": "operator", "beike": "moderator"},
        carriers=("Posti",),
        founded_at=start + timedelta(days=9, hours=5),
    )  # fmt: skip
    return [kiln, four, wax]
