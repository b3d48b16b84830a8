"""What a walk looks at on every page: axe, sideways scroll, English left in a Chinese page."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# Only colours change with the theme; the second look at a page asks only for these.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

# What may stand in Latin letters on a Chinese page without a lang of its own.
LATIN = re.compile(
    r"""[\w.+-]+@[\w.-]+            # addresses
    | https?://\S+ | localhost:\d+/? | 127\.0\.0\.1:\d+/? | /[\w/-]+       # places
    | \b(?:Banyan|English|CSV|ZIP|Beancount|Shopify|SKU|URL|Markdown
        |Sandbox|UTF-8|GB18030|JSON|DHL|UTC|Apache|PDF|CNY
        |Mei\ Lin|Mei|Jonas(?:\ Berg)?|Lan|Kenji|Dara|Yusuf|Sol|Rafe|Chrome|Headless\w*|Linux
        |kiln|four|WebAuthn|QR|IP|Ctrl|Esc|Slow\ Kiln|Tea\ at\ Four|Lindenstraße|Berlin|AGPL
        |[A-Z]-[0-9A-Z]{6}|JD\d+|[A-Za-z]+/[A-Za-z_]+)\b
    | \b[\w-]+\.(?:csv|zip|jpe?g|png)\b    # files
    | \b[a-z0-9]+(?:-[a-z0-9]+)+\b | \b[A-Z0-9]+(?:-[A-Z0-9]+)+\b    # slugs, keys of stock
    | \b(?:kg|g|mm|cm|px|MB|kB|c|b|h|s)\b
    """,
    re.VERBOSE,
)
HAN = re.compile(r"[\u3400-\u9fff]")

_SPOKEN = """() => {
  const found = [];
  const own = (node) => {
    const holder = node.closest("[lang]");
    return !holder || holder.lang.toLowerCase().startsWith("zh");
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    const text = node.textContent.trim();
    if (!text || !parent) continue;
    if (parent.closest("script,style,code,pre,kbd,template,textarea,time,[name=zone]")) continue;
    if (own(parent)) found.push([parent.tagName.toLowerCase() + "." + parent.className, text]);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const node of document.querySelectorAll(`[${name}]`))
      if (own(node)) found.push([`@${name} of ${node.tagName}`, node.getAttribute(name).trim()]);
  return found;
}"""


def english_in(page: Any) -> list[str]:
    """Words of a Chinese page that are not Chinese, no name, and not marked as another tongue."""
    left = []
    for where, text in page.evaluate(_SPOKEN):
        if not HAN.search(text) and re.search(r"[A-Za-z]{2,}", LATIN.sub("", text)):
            left.append(f"{where}: {text[:80]}")
    return left


def markup_in(page: Any) -> list[str]:
    """Elements of ours that are read as words: escaped once too often."""
    lines = page.locator("body").inner_text().splitlines()
    return [f"markup: {line[:80]}" for line in lines if re.search(r"</?(?:span|svg|path)\b", line)]


def turn_dark(page: Any) -> None:
    """Change the theme without loading anew, and let the browser paint it."""
    page.evaluate(
        """() => {
  document.documentElement.dataset.theme = "dark";
  return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => setTimeout(done, 60))));
}"""
    )


# What lies half under a bar that stays while the page scrolls is judged again in the middle.
_JUDGED = """async (what) => {
  const against = async (context, runOnly) => {
    const seen = await axe.run(context, { runOnly, resultTypes: ["violations"] });
    return seen.violations.flatMap((rule) => rule.nodes.map((node) => ({ rule: rule.id, node })));
  };
  const found = [];
  for (const one of await against(document, what)) {
    const place = one.node.target.length === 1 && document.querySelector(one.node.target[0]);
    if (one.rule === "target-size" && place) {
      place.scrollIntoView({ block: "center", behavior: "instant" });
      const again = await against(place, { type: "rule", values: ["target-size"] });
      if (!again.length) continue;
    }
    found.push(one);
  }
  return found.map(({ rule, node: n }) =>
    `${rule}: ${n.target.join(" ")} ${n.html.slice(0, 140)} ` +
    ((n.any[0] || n.all[0] || n.none[0] || {}).message || ""));
}"""


def violations(page: Any, *, only: list[str] | None = None) -> list[str]:
    """What axe has against the page as it stands, one line for each node."""
    if not page.evaluate("typeof window.axe !== 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    what = {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES}
    return [str(line) for line in page.evaluate(_JUDGED, what)]


def sideways(page: Any) -> list[str]:
    """What stands out at the right, when the page can be scrolled sideways."""
    return list(
        page.evaluate(
            """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(e => `sideways: ${e.outerHTML.slice(0, 100)}`);
}"""
        )
    )


def note_fault(faults: list[str], fault: Any) -> None:
    """Keep an error of a page's script. A morph that the browser gave up under load is none."""
    if "Transition was" not in str(fault):
        faults.append(str(fault))
