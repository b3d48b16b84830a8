"""Writing made alike before it is compared: width, case, unseen signs, traditional characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from zlib import crc32

SKETCH = 64

# Traditional characters that the words of advertising use, and what they are in simplified ones.
_OLD = (
    "開發貸財賺錢號聯繫繳費優惠檢視點擊鏈連結領獎紅員訂單購買賣價廣傳銷線網頁團體無風險穩"
    "學歷證書辦兼職時薪級專業熱門資訊訊樂場賭馬幣礦機帳戶銀銀卡額秒過匯換應報導師現實還"
    "華為這個們來說對會後國讓請問長車東時間電話視頻觀與萬億倍獲獎門檻註冊冊邀請碼掃貿貴質產塊頭兌兩"
)
_NEW = (
    "开发贷财赚钱号联系缴费优惠检视点击链连结领奖红员订单购买卖价广传销线网页团体无风险稳"
    "学历证书办兼职时薪级专业热门资讯讯乐场赌马币矿机账户银银卡额秒过汇换应报导师现实还"
    "华为这个们来说对会后国让请问长车东时间电话视频观与万亿倍获奖门槛注册册邀请码扫贸贵质产块头兑两"
)
_SIMPLE = str.maketrans(dict(zip(_OLD, _NEW, strict=True)))
_HAN = re.compile(r"[\u3400-\u9fff]")
_GAPS = re.compile(r"[\W_]+")


def flat(text: str) -> str:
    """The text without what only looks different: full width, case, zero width, old characters."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(sign for sign in wide if unicodedata.category(sign) != "Cf")
    return seen.translate(_SIMPLE)


def squeezed(text: str) -> str:
    """Flat, without anything between its letters."""
    return _GAPS.sub("", flat(text))


def words_in(text: str, words: list[str]) -> list[str]:
    """Those of `words` that stand in a text, each once.

    Latin words are whole words; Chinese ones are found however they are spaced out.
    """
    line = f" {_GAPS.sub(' ', flat(text)).strip()} "
    tight = line.replace(" ", "")
    found = []
    for word in dict.fromkeys(words):
        is_tight, key = _key(word)
        if key and key in (tight if is_tight else line):
            found.append(word)
    return found


@lru_cache(maxsize=4096)
def _key(word: str) -> tuple[bool, str]:
    """What is looked for when a word is: whether without any gaps, and the signs."""
    key = _GAPS.sub(" ", flat(word)).strip()
    return (True, key.replace(" ", "")) if _HAN.search(key) else (False, key and f" {key} ")


def weight(text: str) -> int:
    """How much a text says: its letters, a Chinese character for two."""
    tight = squeezed(text)
    return len(tight) + len(_HAN.findall(tight))


@lru_cache(maxsize=2048)
def sketch(text: str, most: int = 800) -> tuple[int, ...]:
    """A text in few numbers: the least hashes of its runs of three letters, in order.

    The same for Chinese and English; a short text is kept whole.
    """
    tight = squeezed(text)[:most]
    runs = {tight[at : at + 3] for at in range(max(len(tight) - 2, 0))}
    return tuple(sorted(crc32(run.encode()) for run in runs)[:SKETCH])


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The share of runs that two texts have in common, by their sketches: 0 to 1.

    Source: bottom-k sketches (Cohen 1997); with 64 numbers the error is about 0.06.
    """
    mine, theirs = set(one), set(other)
    least = sorted(mine | theirs)[:SKETCH]
    return sum(run in mine and run in theirs for run in least) / len(least) if least else 0.0
