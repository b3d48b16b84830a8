"""Bringing files in: whole or not at all, and the second time nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.catalog import rules
from banyan.catalog.imports import apply as apply_module
from banyan.catalog.imports import plan as plan_module
from banyan.catalog.imports import runs
from banyan.catalog.imports.export import shopify_csv
from banyan.catalog.imports.given import Given
from banyan.catalog.imports.parse import parse
from banyan.catalog.models import (
    Facet,
    ImportRun,
    Product,
    ProductPhoto,
    StockChange,
    Variant,
)
from banyan.core.jobs import run_due
from banyan.core.models import Activity

SHARED = Path(__file__).resolve().parents[4] / "shared"
REAL = ["shopify-apparel.csv", "shopify-home-and-garden.csv"] if SHARED.exists() else []

pytestmark = pytest.mark.django_db


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of the catalogue, with every value."""
    tables = (Product, Variant, ProductPhoto, StockChange, Facet)
    return {m.__name__: list(m.objects.order_by("pk").values()) for m in tables}


def plain(found: Given) -> list[Any]:
    """The values of a parsed file, without where they stood."""
    return [
        (
            p.handle, {"needs_shipping": True, **p.fields}, p.options, p.extra, p.is_archived,
            [
                (v.values, v.price_minor, v.compare_minor, v.sku or "", v.on_hand or 0,
                 bool(v.is_tracked), v.weight_grams or 0, v.extra)
                for v in p.variants
            ],
            [(photo.src, photo.position, photo.alt) for photo in p.photos],
        )
        for p in found.products
    ]  # fmt: skip


@pytest.fixture
def bring(kiln: Any, cast: Any, now: Any) -> Callable[..., dict[str, int]]:
    def apply(content: bytes, **more: Any) -> dict[str, int]:
        told = {"community": kiln, "by": cast.mei, "now": now, "publishing": False} | more
        currency = Product(community=told["community"]).currency
        return apply_module.apply(parse(content, currency=currency), **told)

    return apply


def exported(community: Any) -> bytes:
    return "".join(shopify_csv(community)).encode()


@pytest.mark.parametrize("name", REAL)
def test_a_real_export_comes_in_whole(bring: Any, kiln: Any, name: str) -> None:
    content = (SHARED / "data" / name).read_bytes()
    counts = bring(content, publishing=True)
    assert (counts["new"], counts["changed"], counts["published"]) == (20, 0, 20)
    assert Product.objects.of(kiln).on_shelf().count() == 20
    found = parse(content, currency="CNY")
    assert Variant.objects.of(kiln).count() == sum(len(p.variants) for p in found.products)
    assert ProductPhoto.objects.of(kiln).filter(state=rules.WAITING).count() == sum(
        len(p.photos) for p in found.products
    )
    before = rows()
    counts = bring(content, publishing=True)
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, 20)
    assert rows() == before


@pytest.mark.parametrize("name", REAL)
def test_a_real_export_goes_out_as_it_came(bring: Any, kiln: Any, name: str) -> None:
    content = (SHARED / "data" / name).read_bytes()
    bring(content)
    out = exported(kiln)
    assert plain(parse(out, currency="CNY")) == plain(parse(content, currency="CNY"))
    before = rows()
    assert bring(out)["unchanged"] == 20
    assert rows() == before


FILES = ["three-options.csv", "multi-line-html.csv", "bom.csv", "crlf.csv", "gb18030.csv",
         "hostile-html.csv"]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_same_file_again_changes_no_row(bring: Any, fixture_bytes: Any, name: str) -> None:
    bring(fixture_bytes(name), publishing=True)
    before = rows()
    counts = bring(fixture_bytes(name), publishing=True)
    assert (counts["new"], counts["changed"]) == (0, 0)
    assert rows() == before


@pytest.mark.parametrize("name", FILES)
def test_what_came_in_goes_out_with_the_same_values(
    bring: Any, kiln: Any, fixture_bytes: Any, name: str
) -> None:
    bring(fixture_bytes(name))
    out = parse(exported(kiln), currency="CNY")
    mine = plain(parse(fixture_bytes(name), currency="CNY"))
    # What the file has no column for goes out empty.
    defaults = {"description": "", "vendor": "", "category": "", "tags": []}
    assert plain(out) == [(h, {**defaults, **f}, *rest) for h, f, *rest in mine]
    before = rows()
    assert bring(exported(kiln))["changed"] == 0
    assert rows() == before


@pytest.mark.parametrize("name", ["missing-columns.csv", "bad-cells.csv", "duplicate-sku.csv"])
def test_a_file_with_mistakes_brings_nothing_in(bring: Any, fixture_bytes: Any, name: str) -> None:
    before, said = rows(), Activity.objects.count()
    with pytest.raises(apply_module.FileHasProblems):
        bring(fixture_bytes(name))
    assert rows() == before
    assert Activity.objects.count() == said


def test_nothing_is_half_imported_when_the_last_product_fails(
    bring: Any, fixture_bytes: Any, monkeypatch: Any
) -> None:
    bring(fixture_bytes("multi-line-html.csv"))
    before = rows()
    changed = (
        fixture_bytes("multi-line-html.csv").replace(b"980", b"990").replace(b"1,080", b"1,090")
    )
    real, seen = apply_module._update, []

    def fails_on_the_second(step: Any, **told: Any) -> None:
        seen.append(step)
        if len(seen) == 2:
            raise RuntimeError("the lights go out")
        real(step, **told)

    monkeypatch.setattr(apply_module, "_update", fails_on_the_second)
    with pytest.raises(RuntimeError):
        bring(changed)
    assert rows() == before


def test_only_what_differs_is_changed(bring: Any, kiln: Any, fixture_bytes: Any) -> None:
    bring(fixture_bytes("three-options.csv"))
    before = {v.sku: v for v in Variant.objects.of(kiln)}
    changed = fixture_bytes("three-options.csv").replace(b"148.00", b"158.00")
    assert bring(changed)["changed"] == 1
    after = {v.sku: v for v in Variant.objects.of(kiln)}
    different = [k for k in after if after[k].compare_minor != before[k].compare_minor]
    assert different == ["MUG-A-250-L"]
    assert {v.pk for v in after.values()} == {v.pk for v in before.values()}


def test_a_variant_is_known_by_its_sku_when_its_options_are_renamed(bring: Any, kiln: Any, fixture_bytes: Any) -> None:  # fmt: skip  # noqa: E501
    bring(fixture_bytes("three-options.csv"))
    keys = set(Variant.objects.of(kiln).values_list("pk", "sku"))
    swapped = fixture_bytes("three-options.csv").replace(b"Left", b"L").replace(b"Right", b"Left")
    swapped = swapped.replace(b",L,", b",Right,")
    assert bring(swapped)["changed"] == 1
    assert set(Variant.objects.of(kiln).for_sale().values_list("pk", "sku")) == keys
    assert Variant.objects.get(sku="MUG-A-250-L").option3 == "Right"


def test_an_imported_stock_is_written_down_and_keeps_what_is_being_paid_for(
    bring: Any, kiln: Any, cast: Any, fixture_bytes: Any
) -> None:
    bring(fixture_bytes("three-options.csv"))
    Variant.objects.filter(sku="MUG-A-250-L").update(reserved=3)
    bring(fixture_bytes("three-options.csv").replace(b"shopify,4,deny,128.00,148", b"shopify,1,deny,128.00,148"))  # fmt: skip  # noqa: E501
    variant = Variant.objects.get(sku="MUG-A-250-L")
    assert (variant.on_hand, variant.reserved) == (3, 3)
    change = StockChange.objects.get(variant=variant)
    assert (change.step, change.why, change.by) == (-1, rules.IMPORTED, cast.mei)


def test_new_products_are_drafts_unless_asked_otherwise(bring: Any, kiln: Any, fixture_bytes: Any) -> None:  # fmt: skip  # noqa: E501
    bring(fixture_bytes("multi-line-html.csv"))
    assert set(Product.objects.of(kiln).values_list("state", flat=True)) == {rules.DRAFT}
    assert bring(fixture_bytes("multi-line-html.csv"), publishing=True)["published"] == 1
    states = dict(Product.objects.of(kiln).values_list("handle", "state"))
    assert states == {"moon-jar": rules.PUBLISHED, "月亮罐": rules.DRAFT}


def test_another_communitys_products_are_left_alone(bring: Any, tea: Any, cast: Any, fixture_bytes: Any) -> None:  # fmt: skip  # noqa: E501
    bring(fixture_bytes("three-options.csv"))
    before = list(Product.objects.values())
    bring(fixture_bytes("three-options.csv"), community=tea, by=cast.sol)
    assert list(Product.objects.exclude(community=tea).values()) == before
    assert Product.objects.of(tea).count() == 1


def test_a_chinese_handle_gets_an_address_of_plain_letters(bring: Any, kiln: Any, fixture_bytes: Any) -> None:  # fmt: skip  # noqa: E501
    bring(fixture_bytes("multi-line-html.csv"))
    jar = Product.objects.get(handle="月亮罐")
    assert jar.slug.isascii()
    assert jar.lang == "zh-Hans"


# The run: dry, then applied


@pytest.fixture
def begin(kiln: Any, cast: Any, now: Any) -> Callable[..., ImportRun]:
    def start(content: bytes, **more: Any) -> ImportRun:
        told = {
            "community": kiln, "by": cast.mei, "file_name": "shop.csv", "pack": None,
            "publishing": False, "now": now,
        } | more  # fmt: skip
        return runs.begin(content=content, **told)

    return start


def test_a_dry_run_tells_everything_and_writes_no_product(begin: Any, fixture_bytes: Any) -> None:
    before, said = rows(), Activity.objects.count()
    run = begin(fixture_bytes("three-options.csv"))
    assert run.state == ImportRun.SHOWN
    assert run.report["counts"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert run.report["currency"] == "CNY"
    assert run.report["products"][0]["variants"] == 8
    assert rows() == before
    assert Activity.objects.count() == said


def test_a_run_is_applied_once(begin: Any, fixture_bytes: Any, now: Any) -> None:
    from banyan.core.refusals import WrongMoment

    run = begin(fixture_bytes("three-options.csv"))
    runs.carry_out(run=run, now=now)
    assert run.state == ImportRun.DONE
    assert run.result["new"] == 1
    before = rows()
    with pytest.raises(WrongMoment):
        runs.carry_out(run=ImportRun.objects.get(pk=run.pk), now=now)
    assert rows() == before


def test_a_large_file_is_read_and_applied_by_the_worker(begin: Any, kiln: Any, now: Any) -> None:
    head = "Handle,Title,Variant Price,Body (HTML)\n"
    body = "".join(f"cup-{n},Cup {n},{n + 1},<p>{'x' * 400}</p>\n" for n in range(600))
    run = begin((head + body).encode())
    assert run.state == ImportRun.READING
    run_due()
    run.refresh_from_db()
    assert run.state == ImportRun.SHOWN
    run.community = kiln
    runs.carry_out(run=run, now=now)
    assert run.state == ImportRun.APPLYING
    assert Product.objects.of(kiln).count() == 0
    run_due()
    run.refresh_from_db()
    assert run.state == ImportRun.DONE
    assert Product.objects.of(kiln).count() == 600


def test_five_thousand_products_come_in_at_once(bring: Any, kiln: Any) -> None:
    head = "Handle,Title,Variant Price,Variant Inventory Qty\n"
    body = "".join(f"cup-{n},Cup {n},{n + 1},{n % 7}\n" for n in range(5000))
    assert bring((head + body).encode())["new"] == 5000
    assert bring((head + body).encode())["unchanged"] == 5000


def test_a_refused_run_can_be_looked_at_again(begin: Any, fixture_bytes: Any, now: Any, monkeypatch: Any) -> None:  # fmt: skip  # noqa: E501
    run = begin(fixture_bytes("three-options.csv"))

    def moved(*args: Any, **told: Any) -> None:
        raise apply_module.ShopMoved

    monkeypatch.setattr(runs, "apply", moved)
    runs.carry_out(run=run, now=now)
    run.refresh_from_db()
    assert run.state == ImportRun.SHOWN
    assert run.result == {"refused": "ShopMoved"}
    assert Product.objects.count() == 0


def test_old_runs_are_forgotten_with_their_files(begin: Any, fixture_bytes: Any) -> None:
    from datetime import timedelta

    from django.core.files.storage import storages
    from django.utils import timezone

    from banyan.catalog.tasks import sweep_runs

    run = begin(fixture_bytes("three-options.csv"))
    assert storages["private"].exists(run.path)
    ImportRun.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert sweep_runs() == 1
    assert not storages["private"].exists(run.path)


# The command


def test_the_command_shows_and_then_brings_in(kiln: Any, capsys: Any) -> None:
    from .conftest import FIXTURES

    file = str(FIXTURES / "three-options.csv")
    call_command("import", "shopify", file, "--community", "kiln", "--dry-run")
    assert "New 1, changed 0, unchanged 0." in capsys.readouterr().out
    assert (Product.objects.count(), ImportRun.objects.count()) == (0, 0)
    call_command("import", "shopify", file, "--community", "kiln", "--publish")
    assert "Brought in: 1 new, 0 changed, 0 unchanged, 1 published." in capsys.readouterr().out
    call_command("import", "shopify", file, "--community", "kiln", "--publish")
    assert "0 new, 0 changed, 1 unchanged" in capsys.readouterr().out


def test_the_command_names_each_mistake(kiln: Any, capsys: Any) -> None:
    from .conftest import FIXTURES

    with pytest.raises(CommandError, match="Nothing was brought in"):
        call_command("import", "shopify", str(FIXTURES / "bad-cells.csv"), "--community", "kiln")
    told = capsys.readouterr().out
    assert "Row 2, Variant Price: “12.345” is not a price in this currency." in told
    with pytest.raises(CommandError, match="no community"):
        call_command("import", "shopify", "x.csv", "--community", "elsewhere")


def test_the_export_command_writes_the_same_file(kiln: Any, tmp_path: Any) -> None:
    from .conftest import FIXTURES

    file = FIXTURES / "three-options.csv"
    call_command("import", "shopify", str(file), "--community", "kiln", verbosity=0)
    call_command("export", "shopify", "--community", "kiln", "--out", str(tmp_path / "out.csv"))
    out = (tmp_path / "out.csv").read_bytes()
    assert plain(parse(out, currency="CNY"))[0][1]["title"] == "Dipped mug"


# Round trip of anything

_words = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), blacklist_characters="\ufeff"),
    min_size=1, max_size=30,
).filter(lambda text: text.strip())  # fmt: skip
_html = st.lists(
    st.sampled_from([
        "<p>", "</p>", "<b>", "</b>", "<div>", "</div>", "<script>", "x", "&", "<", "\n", "\r\n",
        '"', "<img src=x>", "<li>", "<ul>", "é", "茶", "&amp;", "<h1>", "<br/>",
    ]),
    max_size=12,
).map("".join)  # fmt: skip
_option_values = st.lists(
    _words.map(lambda w: w.strip()).filter(lambda w: w.casefold() != "default title"),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip


@st.composite
def _files(draw: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    handles = st.lists(_words.map(lambda w: w.strip()), min_size=1, max_size=4, unique=True)
    for handle in draw(handles):
        first = {
            "Handle": handle, "Title": draw(_words), "Body (HTML)": draw(_html),
            "Vendor": draw(st.just("") | _words), "Type": draw(st.just("") | _words),
            "Tags": ", ".join(draw(st.lists(_words, max_size=3))),
            "Published": draw(st.sampled_from(["true", "false", ""])),
            "Status": draw(st.sampled_from(["active", "draft", "archived", ""])),
            "SEO Title": draw(st.just("") | _words),
        }  # fmt: skip
        values = draw(st.none() | _option_values)
        if values:
            first["Option1 Name"] = draw(_words.filter(lambda w: w.strip().casefold() != "title"))
        for n, value in enumerate(values or [""]):
            row = {
                "Handle": handle, "Option1 Value": value,
                "Variant SKU": draw(st.just("") | st.just(f"SKU-{n}")),
                "Variant Grams": str(draw(st.integers(0, 5000))),
                "Variant Inventory Tracker": draw(st.sampled_from(["", "shopify"])),
                "Variant Inventory Qty": str(draw(st.integers(-3, 50))),
                "Variant Inventory Policy": draw(st.sampled_from(["deny", "continue"])),
                "Variant Price": f"{draw(st.integers(0, 99999))}.{draw(st.integers(0, 99)):02d}",
                "Variant Compare At Price": draw(st.sampled_from(["", "12", "999.5"])),
                "Variant Barcode": draw(st.just("") | _words),
            }  # fmt: skip
            found.append({**(first if n == 0 else {}), **row})
    return found


def _csv(rows: list[dict[str, str]]) -> bytes:
    import csv
    import io

    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(k for r in rows for k in r)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(file=_files())
def test_any_file_that_comes_in_goes_out_and_in_again_unchanged(
    kiln: Any, cast: Any, now: Any, file: list[dict[str, str]]
) -> None:
    from django.db import transaction

    told = {"community": kiln, "by": cast.mei, "now": now, "publishing": False}
    found = parse(_csv(file), currency="CNY")
    if found.problems:
        return
    with transaction.atomic():
        apply_module.apply(found, **told)
        before = rows()
        out = parse(exported(kiln), currency="CNY")
        assert out.problems == []
        assert plain(out) == plain(found)
        steps = plan_module.plan(
            out.products, community=kiln, publishing=False,
            extra_of_product=out.extra_of_product, extra_of_variant=out.extra_of_variant,
        )  # fmt: skip
        assert [step.changes for step in steps] == [[] for _ in steps]
        apply_module.apply(out, **told)
        assert rows() == before
        transaction.set_rollback(True)
