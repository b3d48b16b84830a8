# ruff: noqa: E501
"""What the styleguide shows: the cast and the goods of the design, in both languages. Not data."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from banyan.core.money import Money

from . import charts, errors
from .nav import Link
from .tags import figures as tags

# Every sentence twice: specimens are no part of the product's translation files.
WORDS = {
    "people": ("2,318 members · 164 here today", "2,318 位成员 · 今天来了 164 位"),
    "purpose": (
        "People who would rather own one cup made by hand than six made by no one.",
        "宁要一只手作的杯子，不要六只无名的。",
    ),
    "mate": ("You’re a Kilnmate", "你是窑友"),
    "invite": ("Invite a friend", "邀请朋友"),
    "composer": ("Show us what you’re drinking from…", "晒晒你正在用的杯子…"),
    "tonight": ("Tonight 20:00 · with Mei Lin", "今晚 20:00 · 林梅"),
    "live_title": ("Throwing the last twelve celadon cups", "拉制最后十二只青瓷杯"),
    "live_note": (
        "Three glazes to vote on. Members get first pick for ten minutes.",
        "三种釉色由你投票。成员可先选十分钟。",
    ),
    "live_in": ("Live in 2 h", "2 小时后直播"),
    "remind": ("Remind me", "提醒我"),
    "hold": ("What we hold to", "我们的约定"),
    "hold1": ("Make less, keep it longer.", "少做一点，用久一点。"),
    "hold2": ("Praise the work, be kind about the wobble.", "多夸作品，善待歪斜。"),
    "hold3": ("Seconds are sold as seconds, with the flaw in the photo.", "微瑕品按微瑕卖，瑕疵拍进照片里。"),
    "signed": ("Signed by 2,041 of 2,318 members", "2,318 位成员中已有 2,041 位签署"),
    "gain_eye": ("Shared with members in November", "11 月分给成员的"),
    "gain1": ("Referral share, 96 members", "推荐分成，96 位成员"),
    "gain2": ("Challenge rewards, 208", "挑战奖励，208 位"),
    "gain3": ("Thank-yous, 341", "答谢，341 份"),
    "ledger": ("Every leaf has a line in the open ledger.", "每片叶子在公开账本里都有一行。"),
    "date": ("Sunday 22 November", "11月22日 星期日"),
    "hello": ("Three things need you, Mei", "林梅，有三件事等你"),
    "see": ("See as a member", "以成员身份看"),
    "new": ("New", "新建"),
    "sold": ("Sold this week", "本周售出"),
    "more": ("¥1,130 more than last week", "比上周多 ¥1,130"),
    "pack12": ("12 orders to pack", "12 个订单待打包"),
    "late2": ("2 are late", "2 个已延误"),
    "pack": ("Pack", "打包"),
    "group": ("Gaiwan group: 7 of 10", "盖碗团：7 / 10"),
    "closes": ("Closes Tuesday 21:00", "周二 21:00 截止"),
    "nudge": ("Nudge", "提醒一下"),
    "look4": ("4 posts to look at", "4 条帖子待看"),
    "report1": ("1 reported by a member", "1 条被成员举报"),
    "look": ("Look", "查看"),
    "tree": ("Where this tree is", "这棵树长到哪了"),
    "why": ("Why?", "为什么？"),
    "tree_note": (
        "Full canopy, beginning to sell. Most new posts come from people who joined in the last 90 days.",
        "树冠已满，开始售卖。新帖多来自最近 90 天加入的人。",
    ),
    "active": ("Members active each day, last 4 weeks", "最近四周，每天活跃的成员"),
    "active_sum": (
        "264 people a day, up 31 since the challenge began",
        "每天 264 人，挑战开始以来多了 31 人",
    ),
    "lesson": ("Lesson 6 of 14", "第 6 课，共 14 课"),
    "lesson_t": (
        "Saying sorry in public without making it worse. 4 min.",
        "公开道歉，又不把事情弄糟。4 分钟。",
    ),
    "read": ("Read it", "去读"),
    "shop": ("Shop", "小店"),
    "shop_lede": ("Fired in small batches. What you see is on the shelf.", "小批烧制，所见即在架。"),
    "lede": (
        "One lidded bowl, three cups. Thrown by Mei Lin, glazed the way 318 of us voted.",
        "一碗三杯，林梅手作。釉色由 318 位窑友投票选定。",
    ),
    "taken": ("26 of 40 taken", "40 套，已订 26 套"),
    "refund": ("14 days to change your mind", "14 天内可退"),
    "refund_t": ("Send it back unused and get all of it back.", "未使用寄回，全额退款。"),
    "held": ("Held until it ships", "发货前货款托管"),
    "held_t": ("Mei is paid when your parcel is on its way.", "包裹发出后，货款才结给林梅。"),
    "ships": ("Ships by 12 December", "12月12日前发出"),
    "ships_t": ("Fired on order. Free post over ¥99.", "按单烧制，满 ¥99 包邮。"),
    "know": ("Know someone who’d love it?", "有朋友会喜欢吗？"),
    "know_t": (
        "You receive 3% of what they pay, as leaves. It comes from Mei’s share and never raises their price.",
        "朋友付款后，你得 3% 的叶子。这笔钱出自店主的份额，不会加到朋友的价格里。",
    ),
    "voice": (
        "“Mine has a thumbprint near the foot. I asked if it was a flaw. Mei said it was her.”",
        "“我那只碗底有个指印，我问是不是瑕疵。林梅说，那是她。”",
    ),
    "voice_by": ("bought last spring · verified order", "去年春天购入 · 真实订单"),
    "ask": ("Ask", "咨询"),
    "kiln": ("Kiln", "窑口"),
    "cart": ("To the basket", "加入购物篮"),
    "buy": ("Buy now", "立即购买"),
    "save": ("Save the changes", "保存修改"),
    "long": (
        "Write to both buyers and to everybody who replied to them since Friday",
        "给这两位买家以及周五以来回复过他们的每一位成员都写一封信",
    ),
    "ready9": ("9 pieces ready", "9 件已备好"),
    "camera": ("Camera", "摄像头"),
    "nomod": ("No moderator yet", "还没有管理员"),
    "desk": ("Open live desk", "打开直播台"),
    "asked": ("318 asked for a reminder", "318 人想被提醒"),
    "foryou": ("For you", "为你"), "fresh": ("New", "最新"), "notes": ("Studio notes", "工作室手记"),
    "made": ("Made by members", "成员作品"), "questions": ("Questions", "提问"), "inshop": ("In the shop", "小店在售"),
    "empty_t": ("The shelf is being dusted", "架子正在打扫"),
    "empty_p": ("What Mei takes out of the kiln next will stand here.", "林梅下一窑的作品会摆在这里。"),
    "empty_b": ("Look at the feed", "去看动态"),
    "order": ("Order", "订单"), "who": ("Buyer", "买家"), "state": ("State", "状态"), "sum": ("Total", "合计"),
    "st_paid": ("Paid", "已付款"), "st_sent": ("Sent", "已发出"), "st_late": ("6 days late", "延误 6 天"),
    "step1": ("Paid", "已付款"), "step2": ("In the kiln", "入窑"), "step3": ("On its way", "运送中"),
    "step1_t": ("Sunday 20:14, by card", "周日 20:14，银行卡"),
    "step2_t": ("Fired with the next batch, about 3 December", "随下一窑烧制，约12月3日"),
    "step3_t": ("You will hear from us with a number", "发出后告诉你单号"),
    "sheet_t": ("Refund this order?", "要退这一单吗？"),
    "sheet_p": ("¥158 goes back to the card it came from.", "¥158 会退回原来的银行卡。"),
    "refund_do": ("Refund ¥158", "退款 ¥158"), "keep": ("Keep the order", "保留订单"),
    "toast": ("Packed. The label is on its way to the printer.", "已打包，面单正在打印。"),
    "toast_bad": ("That did not go through, so we put it back.", "没有成功，已恢复原样。"),
    "note": ("Your draft is kept on this device.", "草稿存在这台设备上。"),
}  # fmt: skip
GERMAN = "Versandkostenvorauszahlungsbestätigung erneut anfordern"


class Thing(SimpleNamespace):
    """Something to show; parts that are kept need a hash of it."""

    __hash__ = object.__hash__


def words() -> dict[str, str]:
    which = 1 if (get_language() or "en").startswith("zh") else 0
    return {key: pair[which] for key, pair in WORDS.items()}


def _zh() -> bool:
    return (get_language() or "en").startswith("zh")


def yuan(whole: int) -> Money:
    return Money(whole * 100, "CNY")


def _person(name: str, hue: int) -> Thing:
    return Thing(name=name, hue=hue, picture_url=None, is_authenticated=True)


CAST = {
    "mei": _person("林梅", 1), "jonas": _person("Jonas", 14), "lan": _person("阿岚", 6),
    "kenji": _person("Kenji", 20), "dara": _person("Dara", 10), "me": _person("Mara", 3),
}  # fmt: skip


def _photo(name: str) -> Thing:
    return Thing(url=static(f"ui/specimens/{name}.jpg"), srcset="", width=600, height=750)


def community() -> Thing:
    zh = _zh()
    return Thing(
        slug="kiln", url=reverse("ui:home"), studio_url=reverse("ui:studio"), name="Slow Kiln", lang="en",
        here_name="慢窑" if zh else "Slow Kiln", here_lang="zh-hans" if zh else "en",
        other_name="Slow Kiln" if zh else "慢窑", other_lang="en" if zh else "zh-hans",
        here_purpose=words()["purpose"], initial="慢", brand_h=158, member_count=2318,
        cover=Thing(url=static("ui/specimens/moon-w.jpg"), srcset=""),
        cover_narrow_url=static("ui/specimens/moon.jpg"),
    )  # fmt: skip


def posts() -> list[Thing]:
    zh = _zh()

    def post(title: str, title_zh: str, photo: str, author: str, likes: int, **more: Any) -> Thing:
        return Thing(
            **{
                "url": "#", "title": title_zh if zh else title, "lang": "zh-hans" if zh else "en", "text": "",
                "kind": "", "photo": _photo(photo) if photo else None, "product_tag": None, "author": CAST[author],
                "author_lang": "", "likes": likes, "liked": False, "like_url": "#like", "replies": None,
            } | more
        )  # fmt: skip

    return [
        post("First light on the spring firing", "春窑的第一缕光", "gaiwan", "mei", 284, liked=True,
             text="每一只盖子的口沿都泛出褐色。" if zh else "The glaze broke to brown at the rim on every single lid.",
             product_tag=Thing(url="#", label="¥158")),
        post("Handle or no handle for a morning mug?", "早晨的杯子，要不要把手？", "", "kenji", 47, kind="say",
             text="61% 选无把手，318 票。" if zh else "No handle 61% · 318 votes. Mei throws the winner on Thursday.", replies=47, like_url=""),
        post("Thank you, Yusuf", "谢谢你，Yusuf", "", "lan", 23, kind="thanks", replies=9,
             text="他这周回答了十一个釉料问题。" if zh else "He answered eleven glaze questions this week."),
        post("养了三个月的朱泥，终于开始发亮", "养了三个月的朱泥，终于开始发亮", "teapot", "lan", 132, lang="zh-hans",
             product_tag=Thing(url="#", label="¥420")),
        post("My tenmoku survived the dishwasher. I did not.", "天目碗扛过了洗碗机，我没有。", "bowl", "dara", 96),
        post("Indigo set, test four of nine", "靛蓝套组，第四次试烧", "plates", "mei", 1211,
             product_tag=Thing(url="#", label="预售" if zh else "Pre-order")),
        post("Day 12: two bottles and a small victory", "第 12 天：两只瓶子和一次小胜利", "bottle", "jonas", 74),
    ]  # fmt: skip


def products() -> list[Thing]:
    zh, w = _zh(), words()

    def product(name: str, name_zh: str, photo: str, price: int, **more: Any) -> Thing:
        return Thing(
            **{
                "url": reverse("ui:product"), "name": name_zh if zh else name, "lang": "zh-hans" if zh else "en",
                "photo": _photo(photo) if photo else None, "price": yuan(price), "was": None, "note": "",
                "note_tone": "", "maker": CAST["mei"], "sold_out": False,
            } | more
        )  # fmt: skip

    return [
        product(
            "Celadon gaiwan set",
            "青瓷盖碗套装",
            "gaiwan",
            158,
            was=yuan(198),
            note=w["taken"],
            note_tone="fig",
        ),
        product("Zhuni teapot", "朱泥壶", "teapot", 420),
        product("Tenmoku bowl", "天目碗", "bowl", 96, sold_out=True),
        product("Indigo plates, set of four", "靛蓝盘四件套", "plates", 312),
        product("Two bottles", "两只瓶子", "bottle", 268),
        product(
            "A thing without a photo yet, with a name that goes on for a while",
            "一件还没有照片、名字有点长的东西",
            "",
            48,
        ),
    ]


WEEK = [("M", 1), ("T", 0), ("W", 2), ("T", 1), ("F", 3, True), ("S", 5, True), ("S", 6, True)]
_MONTH = (221, 228, 219, 233, 240, 236, 229, 226, 231, 238, 233, 229, 234, 230,
          233, 241, 238, 246, 252, 249, 244, 251, 258, 256, 263, 259, 268, 264)  # fmt: skip


def month() -> list[charts.Point]:
    zh = _zh()
    marks = {
        14: "30 杯开始" if zh else "30 cups began",
        21: "直播，842 人" if zh else "Live, 842 watched",
    }
    start = timezone.now().replace(year=2026, month=10, day=26)
    return [
        charts.Point(
            label=(lambda d: f"{d.month}月{d.day}日" if zh else f"{d.day} {d:%b}")(start + timedelta(days=i)),
            value=n, mark=marks.get(i, ""),
        )
        for i, n in enumerate(_MONTH)
    ]  # fmt: skip


def needs() -> list[Thing]:
    zh = _zh()

    def step(en: str, han: str, kind: str) -> Thing:
        return Thing(label=han if zh else en, url="#", kind=kind)

    return [
        Thing(
            kind="mend", moment="今晚直播之前" if zh else "before tonight’s live",
            title="两个迟到的包裹正在弄坏釉话版的气氛" if zh else "Two late parcels are souring Glaze Talk",
            text=mark_safe(
                "周五以来 14 条不快的帖子中，有 9 条提到订单 <b>#3081</b> 和 <b>#3094</b>。两单都已延误 6 天。"
                if zh else
                "9 of the 14 unhappy posts since Friday mention orders <b>#3081</b> and <b>#3094</b>. Both are 6 days "
                "late. Replies to those posts are turning unhappy too."
            ),
            picture=tags.spark_bars(WEEK),
            steps=[step("Write to both buyers", "写信给两位买家", "buy"),
                   step("Post one open update", "公开说明一次", "line"), step("See the 9 posts", "看这 9 条帖子", "ghost")],
            why="情绪由 212 条帖子判断，最近你核对的 100 条中对了 87 条。" if zh else
            "Mood is read from 212 posts with a word-and-context model. It was right on 87 of the last 100 you checked.",
        ),
        Thing(
            kind="nurture", moment="本周" if zh else "this week",
            title="37 位首次买家安静了下来" if zh else "37 first-time buyers have gone quiet",
            text=mark_safe(
                "他们 10 月买过，已有 16 天没来。上次邀请参加“30 杯”，<b>40 人回来了 11 人</b>，未被邀请的只回来 3 人。" if zh else
                "They bought in October and haven’t opened anything for 16 days. Last time, an invitation to “30 cups” "
                "brought back <b>11 of 40</b>, against 3 of 40 who got nothing."
            ),
            picture=tags.compare_bars([("受邀" if zh else "Invited", 11), ("未受邀" if zh else "Left alone", 3)], of=40),
            steps=[step("Review the invitation", "看看邀请怎么写", "main"), step("Who are they?", "他们是谁？", "ghost")],
            why="",
        ),
        Thing(
            kind="branch", moment="你准备好的时候" if zh else "when you’re ready",
            title="爱茶的人正在长出自己的树干" if zh else "Tea people are growing their own trunk",
            text="412 位成员 78% 的交谈都在彼此之间，多半谈茶而不谈泥。" if zh else
            "412 members do 78% of their talking with each other, mostly about tea rather than clay.",
            picture="", steps=[step("Preview “Tea at Four”", "预览“四点茶”", "soft"), step("Not now", "先不", "ghost")],
            why="",
        ),
    ]  # fmt: skip


def flow() -> list[dict[str, Any]]:
    zh = _zh()
    rows = [
        ("Yours", "你的", 5978, "brand"), ("Shared with members", "分给成员", 758, "sprout"),
        ("Held until shipped", "发货前托管", 1179, "amber"), ("Payment fees", "支付手续费", 505, "line"),
    ]  # fmt: skip
    return [
        {"label": han if zh else en, "amount": yuan(n), "tone": tone} for en, han, n, tone in rows
    ]


class SampleForm(forms.Form):
    name = forms.CharField(max_length=60)
    price = forms.CharField(required=False)
    kind = forms.ChoiceField()
    body = forms.CharField(widget=forms.Textarea, required=False)
    ship = forms.ChoiceField(widget=forms.RadioSelect)
    photos = forms.FileField(required=False)
    agree = forms.BooleanField(required=False)
    closed = forms.CharField(disabled=True, initial="kiln", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zh = _zh()
        named = {
            "name": ("Name of the piece", "作品名称"), "price": ("Price", "价格"), "kind": ("Shelf", "货架"),
            "body": ("What should people know?", "大家需要知道什么？"), "ship": ("How it travels", "怎么送到"),
            "photos": ("Photos", "照片"), "agree": ("Members may see it first", "成员先看到"), "closed": ("Address", "地址"),
        }  # fmt: skip
        for key, pair in named.items():
            self.fields[key].label = pair[zh]
        self.fields["name"].help_text = (
            "写在架子上的那个名字" if zh else "As it stands on the shelf"
        )
        self.fields["kind"].choices = [
            ("tea", "茶器" if zh else "Tea"),
            ("table", "餐桌" if zh else "Table"),
        ]
        self.fields["ship"].choices = [
            ("post", "邮寄，¥12" if zh else "By post, ¥12"), ("pick", "到窑口自取" if zh else "Pick up at the kiln"),
        ]  # fmt: skip


def _forms(which: str) -> dict[str, SampleForm]:
    bad = SampleForm({"price": "12,5,0", "body": "…", "kind": "tea"}, auto_id=f"bad_{which}_%s")
    bad.add_error("price", "写成数字，例如 12.50" if _zh() else "Write it as a number, like 12.50")
    return {"rest": SampleForm(auto_id=f"rest_{which}_%s"), "bad": bad}


def _nav() -> list[Link]:
    zh = _zh()
    rows = [
        ("feed", "Feed", "动态", "house", "ui:home"), ("shop", "Shop", "小店", "shopping-bag", "ui:shop"),
        ("members", "Members", "成员", "users", "ui:home"), ("charter", "Charter", "公约", "scroll-text", "ui:home"),
    ]  # fmt: skip
    return [Link(key, han if zh else en, reverse(view), icon) for key, en, han, icon, view in rows]


def _studio_nav() -> list[Link]:
    zh = _zh()
    rows = [
        ("today", "Today", "今天", "sun", 3), ("members", "Members", "成员", "users", None),
        ("content", "Content", "内容", "pencil", 4), ("catalog", "Catalogue", "货品", "shopping-bag", None),
        ("orders", "Orders", "订单", "package", 12), ("money", "Money", "账目", "coins", None),
        ("settings", "Settings", "设置", "settings", None),
    ]  # fmt: skip
    return [
        Link(key, han if zh else en, reverse("ui:studio"), icon, n)
        for key, en, han, icon, n in rows
    ]


def place(here: str) -> dict[str, Any]:
    """The surroundings of a mock page."""
    zh = _zh()
    tabs = [*_nav()[:2], Link("live", "直播" if zh else "Live", "#", "radio", middle=True),
            Link("wallet", "钱包" if zh else "Wallet", "#", "banyan-leaf"),
            Link("me", "我" if zh else "Me", "#", "user")]  # fmt: skip
    studio = {link.key: link for link in _studio_nav()}
    middle = Link("new", "新建" if zh else "New", "#", "plus", middle=True)
    kiln = community()
    return {
        "w": words(), "here": here, "community": kiln, "places_mine": [kiln], "user": CAST["me"],
        "studios_mine": [kiln], "community_nav": _nav(), "community_tabs": tabs, "studio_nav": list(studio.values()),
        "studio_tabs": [studio["today"], studio["members"], middle, studio["orders"], studio["money"]],
        "top_nav": [Link("bell", "通知" if zh else "Notices", "#", "bell", 2)],
        "me_nav": [Link("me", "我的资料" if zh else "My profile", "#", "user")],
        "people": list(CAST.values()), "posts": posts(), "products": products(), "needs": needs(), "flow": flow(),
        "month": month(), "cast": CAST, "price": yuan(158), "was": yuan(198), "gain": Money(1842000, "CNY"),
        "gains": [yuan(11260), yuan(4160), yuan(3000)], "sold": yuan(8420),
        "photos": {name: _photo(name) for name in ("gaiwan", "bottle", "wheel", "moon", "teapot")},
    }  # fmt: skip


def context() -> dict[str, Any]:
    now = timezone.now()
    return place("") | {
        "themes": [("light", _forms("l")), ("dark", _forms("d"))],
        "kinds": ["buy", "main", "soft", "line", "ghost", "sprout", "danger"],
        "tones": ["", "brand", "sprout", "sprout-soft", "fig", "amber", "sky", "solid"],
        "german": GERMAN,
        "hues": [_person("榕", n) for n in range(24)],
        "drawings": ["branch", "parcel", "pot", "letter", "people", "purse", "search", "lantern", "door"],
        "stages": ["seed", "market", "grove"],
        "ago": now - timedelta(hours=3), "soon": now + timedelta(days=2), "long_ago": now - timedelta(days=40),
        "page": Paginator(range(90), 10).page(3), "week": WEEK,
        "amounts": [Money(123450, "CNY"), Money(123450, "USD"), Money(1234, "JPY"), Money(1234500, "KWD")],
        "errors": [errors.words(status) for status in (400, 403, 404, 409, 413, 422, 429, 500, 503)],
    }  # fmt: skip
