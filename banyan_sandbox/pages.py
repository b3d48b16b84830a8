"""The page payers see, in English and Chinese. It says in every state that no money moves."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

WORDS = {
    "en": {
        "title": "Sandbox payment",
        "label": "Sandbox",
        "label_text": "A place to try things out. No money moves here.",
        "pay": "Pay",
        "to": "For",
        "reference": "Reference",
        "choose": "What should happen?",
        "approve": "Approve the payment",
        "approve_text": "As if the card or wallet said yes.",
        "decline": "Decline it",
        "decline_text": "As if there were not enough money.",
        "late": "Approve it late",
        "late_text": "The shop is told only after {delay} seconds.",
        "abandon": "Back to the shop without paying",
        "back": "Back to the shop",
        "processing": "The payment is on its way.",
        "captured": "This payment was approved.",
        "declined": "This payment was declined.",
        "voided": "The shop has closed this payment.",
        "expired": "The time to pay has run out.",
        "nothing": "There is no such payment here. Go back to the shop and start again.",
        "other": "中文",
        "footer": "You are on the provider’s page, not in the shop. No card number is asked for.",
    },
    "zh": {
        "title": "沙盒支付",
        "label": "沙盒",
        "label_text": "这里只供试用，不会动用真实的钱。",
        "pay": "支付",
        "to": "用于",
        "reference": "参考号",
        "choose": "接下来怎样？",
        "approve": "同意支付",
        "approve_text": "相当于银行卡或钱包付款成功。",
        "decline": "拒绝支付",
        "decline_text": "相当于余额不足。",
        "late": "稍后才同意",
        "late_text": "{delay}秒之后商店才会得知。",
        "abandon": "不付款，返回商店",
        "back": "返回商店",
        "processing": "付款正在处理。",
        "captured": "这笔付款已经成功。",
        "declined": "这笔付款已被拒绝。",
        "voided": "商店已关闭这笔付款。",
        "expired": "付款时间已过。",
        "nothing": "这里没有这笔付款。请返回商店重新开始。",
        "other": "English",
        "footer": "你现在在支付方的页面，不在商店里。这里不会要你填写卡号。",
    },
}
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3, "OMR": 3, "TND": 3, "JOD": 3}
_SIGNS = {"CNY": "¥", "EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}

_STYLE = """
:root{color-scheme:light dark;--paper:light-dark(#eef0f5,#14171f);--card:light-dark(#fff,#1d222d);
--ink:light-dark(#1b2230,#e9ecf3);--soft:light-dark(#505a6d,#a9b2c3);--line:light-dark(#d5dae4,#343c4c);
--main:light-dark(#34508f,#9db5f0);--on-main:light-dark(#fff,#131a2a);
--tape:light-dark(#fff3d1,#3a3018);--on-tape:light-dark(#5b4300,#f4dd9a)}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
.tape{background:var(--tape);color:var(--on-tape);padding:.75rem 1rem;text-align:center}
main,footer{max-width:27rem;margin:0 auto;padding:2rem 1rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:16px;padding:1.5rem}
h1{font-size:1rem;font-weight:600;margin:0;color:var(--soft)}
.sum{font-size:2.5rem;line-height:1.1;font-weight:650;margin:.35rem 0 1rem;
font-variant-numeric:tabular-nums}
dl{margin:0;padding:1rem 0 0;border-top:1px solid var(--line);display:grid;gap:.5rem}
dl div{display:flex;justify-content:space-between;gap:1rem}
dt{color:var(--soft);flex:none}dd{margin:0;text-align:right;overflow-wrap:anywhere}
dd.ref{font:0.8125rem/1.6 ui-monospace,monospace}
h2{font-size:1rem;margin:1.75rem 0 .75rem}
form{display:grid;gap:.75rem}
button,.back{display:block;width:100%;min-height:3rem;padding:.75rem 1rem;border-radius:12px;
border:1px solid var(--line);background:var(--card);color:var(--ink);font:inherit;font-weight:600;
text-align:left;cursor:pointer;text-decoration:none}
button small{display:block;font-weight:400;color:var(--soft)}
button:hover,.back:hover{border-color:var(--main)}
button.main{background:var(--main);border-color:var(--main);color:var(--on-main)}
button.main small{color:inherit}
button.plain,.back{text-align:center}
button.plain{background:transparent}
:focus-visible{outline:3px solid var(--main);outline-offset:2px}
.state{margin:1.5rem 0 1rem;font-weight:600}
footer{color:var(--soft);font-size:.875rem;text-align:center;padding:1.5rem 1rem 3rem}
footer p{margin:0}
footer a{color:inherit;display:inline-block;padding:.75rem}
"""


@dataclass(frozen=True)
class Page:
    """HTML in which NONCE stands for the nonce; `form_target` is where its form may lead."""

    html: str
    form_target: str = ""


def amount_text(amount: int, currency: str) -> str:
    """¥1,580.00; KWD 1.250."""
    digits = _DIGITS.get(currency, 2)
    whole, part = divmod(amount, 10**digits)
    number = f"{whole:,}" + (f".{part:0{digits}d}" if digits else "")
    sign = _SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{currency} {number}"


def pay(payment: dict[str, Any], *, lang: str, delay: int) -> Page:
    words = WORDS["zh" if lang.startswith("zh") else "en"]
    parts = urlsplit(payment["return_url"])
    acts = _acts(words, delay) if payment["state"] == "open" else _ended(words, payment)
    body = f"""<section class="card">
<h1>{words["pay"]}</h1>
<p class="sum">{escape(amount_text(payment["amount"], payment["currency"]))}</p>
<dl><div><dt>{words["to"]}</dt><dd>{escape(payment["description"])}</dd></div>
<div><dt>{words["reference"]}</dt><dd class="ref">{escape(payment["reference"])}</dd></div></dl>
{acts}</section>"""
    return Page(_shell(lang, body), f"{parts.scheme}://{parts.netloc}")


def nothing_here(lang: str) -> Page:
    words = WORDS["zh" if lang.startswith("zh") else "en"]
    return Page(_shell(lang, f'<section class="card"><h1>{words["nothing"]}</h1></section>'))


def _acts(words: dict[str, str], delay: int) -> str:
    late_text = words["late_text"].format(delay=delay)
    return f"""<h2 id="choose">{words["choose"]}</h2>
<form method="post" aria-labelledby="choose"><input type="hidden" name="delay" value="{delay}">
<button class="main" name="do" value="approve">{words["approve"]}
<small>{words["approve_text"]}</small></button>
<button name="do" value="decline">{words["decline"]}<small>{words["decline_text"]}</small></button>
<button name="do" value="late">{words["late"]}<small>{late_text}</small></button>
<button class="plain" name="do" value="abandon">{words["abandon"]}</button></form>"""


def _ended(words: dict[str, str], payment: dict[str, Any]) -> str:
    return f"""<p class="state" role="status">{words[payment["state"]]}</p>
<a class="back" href="{escape(payment["return_url"])}">{words["back"]}</a>"""


def _shell(lang: str, body: str) -> str:
    is_chinese = lang.startswith("zh")
    words = WORDS["zh" if is_chinese else "en"]
    tag, other, other_tag = ("zh-Hans", "en", "en") if is_chinese else ("en", "zh", "zh-Hans")
    return f"""<!doctype html><html lang="{tag}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{words["title"]}</title>
<style nonce="NONCE">{_STYLE}</style></head><body>
<header class="tape"><b>{words["label"]}</b> · {words["label_text"]}</header>
<main>{body}</main>
<footer><p>{words["footer"]}</p>
<a href="?lang={other}" lang="{other_tag}">{words["other"]}</a></footer></body></html>"""
