"""What operators do with their catalogue, and who may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from banyan.catalog import rules, stock
from banyan.catalog.actions import products
from banyan.catalog.models import (
    ImportRun,
    Product,
    ProductPhoto,
    StockChange,
    Variant,
)
from banyan.core.refusals import WrongMoment

pytestmark = pytest.mark.django_db

NEW = {
    "title": "Dipped mug", "line": "A handle for three fingers.", "description": "**Bare** foot.",
    "lang": "en", "category": "Cups", "tags": "mug, 马克杯", "vendor": "Mei Lin", "price": "128",
    "compare": "148", "on_hand": "6", "is_tracked": "on", "needs_shipping": "on",
    "ship_within_days": "3", "second_title": "半浸釉马克杯",
}  # fmt: skip


@pytest.fixture
def mei(enter: Any, cast: Any, kiln: Any) -> Any:
    return enter(cast.mei)


def path_of(product: Any, tail: str = "") -> str:
    return f"/studio/kiln/catalog/{product.oid}{tail}"


def photo_file(content: bytes, name: str = "bowl.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def test_an_operator_writes_and_publishes_a_product(mei: Any, send: Any, picture_bytes: Any, client: Any) -> None:  # fmt: skip  # noqa: E501
    answer = send("/studio/kiln/catalog/new", NEW | {"photos": [photo_file(picture_bytes())]})
    assert answer.status_code == 302
    mug = Product.objects.get(title="Dipped mug")
    assert answer["Location"] == path_of(mug)
    assert (mug.state, mug.slug, mug.tags) == (rules.DRAFT, "dipped-mug", ["mug", "马克杯"])
    assert mug.description == "<p><strong>Bare</strong> foot.</p>"
    assert mug.second_lang == "zh-Hans"
    assert mug.cover_id
    variant = Variant.objects.get(product=mug)
    assert (variant.price_minor, variant.compare_minor, variant.on_hand) == (12800, 14800, 6)
    assert client.get(path_of(mug)).status_code == 200
    assert send(path_of(mug, "/publish")).status_code == 302
    client.logout()
    assert "Dipped mug" in client.get("/kiln/shop").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("price", "free", "Write a price like"), ("price", "0", "above zero"),
        ("compare", "100", "above the price now"), ("title", "", "required"),
        ("on_hand", "-1", "greater than or equal"),
    ],
)  # fmt: skip
def test_a_refused_product_keeps_what_was_typed(mei: Any, send: Any, field: str, value: str, word: str) -> None:  # fmt: skip  # noqa: E501
    answer = send("/studio/kiln/catalog/new", NEW | {field: value})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert word in text
    assert "A handle for three fingers." in text
    assert not Product.objects.exists()


def test_a_picture_that_is_none_leaves_the_product(mei: Any, send: Any) -> None:
    send("/studio/kiln/catalog/new", NEW | {"photos": [photo_file(b"<svg onload=alert(1)>")]})
    assert Product.objects.get().state == rules.DRAFT
    assert not ProductPhoto.objects.exists()


def test_details_are_changed_and_nothing_different_is_said(mei: Any, send: Any, new_product: Any) -> None:  # fmt: skip  # noqa: E501
    product = new_product()
    version = product.version
    told = NEW | {"description": "<p>Made <script>x</script>twice</p>"}
    assert send(path_of(product), told).status_code == 302
    product.refresh_from_db()
    assert product.description == "<p>Made twice</p>"
    assert product.version > version
    version = product.version
    send(path_of(product), told)
    product.refresh_from_db()
    assert product.version == version
    answer = send(path_of(product), told | {"title": "", "line": "Kept as it was typed."})
    assert answer.status_code == 422
    assert "Kept as it was typed." in answer.content.decode()


def test_publishing_is_taken_back_and_done_twice_only_once(cast: Any, kiln: Any, now: Any, new_product: Any) -> None:  # fmt: skip  # noqa: E501
    product = new_product(published=False)
    mine, other = Product.objects.get(pk=product.pk), Product.objects.get(pk=product.pk)
    products.publish(product=mine, by=cast.mei, now=now)
    with pytest.raises(WrongMoment):
        products.publish(product=other, by=cast.mei, now=now)
    products.unpublish(product=mine, by=cast.mei, now=now)
    with pytest.raises(WrongMoment):
        products.unpublish(product=mine, by=cast.mei, now=now)


def test_what_costs_nothing_is_not_published(mei: Any, send: Any, new_product: Any) -> None:
    product = new_product(published=False, price_minor=0)
    answer = send(path_of(product, "/publish"))
    assert answer.status_code == 422
    assert "price above zero" in answer.content.decode()
    product.refresh_from_db()
    assert product.state == rules.DRAFT


def test_an_archived_product_is_restored(mei: Any, send: Any, new_product: Any) -> None:
    product = new_product()
    for do, state in (
        ("archive", rules.ARCHIVED), ("restore", rules.DRAFT), ("publish", rules.PUBLISHED),
        ("unpublish", rules.DRAFT),
    ):  # fmt: skip
        assert send(path_of(product, f"/{do}")).status_code == 302
        product.refresh_from_db()
        assert product.state == state
    assert send(path_of(product, "/restore")).status_code == 409
    assert send(path_of(product, "/explode")).status_code == 404


def test_the_undo_of_an_archived_product_puts_it_back_on_the_shelf(mei: Any, send: Any, new_product: Any) -> None:  # fmt: skip  # noqa: E501
    product = new_product()
    send(path_of(product, "/archive"))
    page = mei.get(path_of(product)).content.decode()
    assert f'action="{path_of(product, "/publish")}"' in page
    send(path_of(product, "/publish"))
    product.refresh_from_db()
    assert product.state == rules.PUBLISHED


def test_only_a_draft_nobody_ordered_is_deleted(mei: Any, send: Any, new_product: Any) -> None:
    draft = new_product(published=False)
    assert send(path_of(draft, "/delete")).status_code == 302
    assert not Product.objects.filter(pk=draft.pk).exists()
    shown = new_product("Another")
    assert send(path_of(shown, "/delete")).status_code == 409
    variant = Variant.objects.get(product=shown)
    stock.reserve(variant.pk, 1)
    stock.take_out(variant.pk, 1)
    send(path_of(shown, "/unpublish"))
    assert send(path_of(shown, "/delete")).status_code == 409


def test_many_drafts_are_published_at_once(mei: Any, send: Any, new_product: Any) -> None:
    drafts = [new_product(f"Cup {n}", published=False) for n in range(3)]
    free = new_product("Free", published=False, price_minor=0)
    send("/studio/kiln/catalog/publish", {"product": [drafts[0].pk, "x"]})
    assert Product.objects.filter(state=rules.PUBLISHED).count() == 1
    send("/studio/kiln/catalog/publish", {"all": "1"})
    assert Product.objects.filter(state=rules.PUBLISHED).count() == 3
    free.refresh_from_db()
    assert free.state == rules.DRAFT


def test_options_make_variants_and_keep_stock(mei: Any, send: Any, new_product: Any) -> None:
    product = new_product(on_hand=7)
    first = Variant.objects.get(product=product)
    told = {"name1": "Glaze", "values1": "Ash, Blush", "name2": "Size", "values2": "S，M"}
    assert send(path_of(product, "/options"), told).status_code == 302
    rows = list(Variant.objects.filter(product=product).for_sale().order_by("position"))
    assert [v.label for v in rows] == ["Ash / S", "Ash / M", "Blush / S", "Blush / M"]
    assert (rows[0].pk, rows[0].on_hand, rows[1].on_hand) == (first.pk, 7, 0)
    assert {v.price_minor for v in rows} == {26800}
    renamed = told | {"values1": "Ash, Rose"}
    send(path_of(product, "/options"), renamed)
    again = Variant.objects.filter(product=product).for_sale().order_by("position")
    assert [v.pk for v in again] == [v.pk for v in rows]
    assert again[2].label == "Rose / S"
    send(path_of(product, "/options"), {"name1": "Glaze", "values1": "Ash"})
    assert Variant.objects.filter(product=product).for_sale().get().on_hand == 7


def test_options_that_make_no_sense_are_refused(mei: Any, send: Any, new_product: Any) -> None:
    product = new_product()
    for told in (
        {"name1": "Size", "values1": ""}, {"values1": "S, M"},
        {"name1": "Size", "values1": "S", "name2": "size", "values2": "M"},
        {"name1": "N", "values1": "1,2,3,4,5,6,7,8,9,10,11", "name2": "M",
         "values2": "a,b,c,d,e,f,g,h,i,j"},
    ):  # fmt: skip
        assert send(path_of(product, "/options"), told).status_code == 422
    assert Variant.objects.filter(product=product).for_sale().count() == 1


def test_the_table_of_variants_is_written_with_its_history(mei: Any, send: Any, cast: Any, new_product: Any) -> None:  # fmt: skip  # noqa: E501
    product = new_product()
    v = Variant.objects.get(product=product)
    row = {
        f"price-{v.pk}": "198", f"compare-{v.pk}": "", f"sku-{v.pk}": "BOWL",
        f"grams-{v.pk}": "420", f"stock-{v.pk}": "4", f"seen-{v.pk}": "10", f"tracked-{v.pk}": "on",
    }  # fmt: skip
    assert send(path_of(product, "/variants"), row).status_code == 302
    v.refresh_from_db()
    assert (v.price_minor, v.sku, v.weight_grams, v.on_hand) == (19800, "BOWL", 420, 4)
    product.refresh_from_db()
    assert product.price_from_minor == 19800
    change = StockChange.objects.get()
    assert (change.step, change.by) == (-6, cast.mei)
    # Another operator's page still says ten.
    assert send(path_of(product, "/variants"), row | {f"stock-{v.pk}": "3"}).status_code == 422
    assert send(path_of(product, "/variants"), row | {f"price-{v.pk}": "x"}).status_code == 422
    v.refresh_from_db()
    assert v.on_hand == 4


def test_stock_is_adjusted_with_a_reason(mei: Any, send: Any, new_product: Any) -> None:
    product = new_product(on_hand=3)
    v = Variant.objects.get(product=product)
    path = path_of(product, f"/stock/{v.oid}")
    assert send(path, {"step": "12", "why": "received", "note": "From the kiln"}).status_code == 302
    v.refresh_from_db()
    assert v.on_hand == 15
    page = mei.get(path).content.decode()
    assert "+12" in page
    assert "From the kiln" in page
    for told in ({"step": "0", "why": "received"}, {"step": "-99", "why": "lost"}, {"step": "1"}):
        assert send(path, told).status_code == 422
    v.refresh_from_db()
    assert v.on_hand == 15


def test_photos_are_added_moved_described_and_removed(mei: Any, send: Any, new_product: Any, picture_bytes: Any) -> None:  # fmt: skip  # noqa: E501
    product = new_product()
    files = [photo_file(picture_bytes(color)) for color in ("tan", "teal")]
    assert send(path_of(product, "/photos"), {"photos": files}).status_code == 302
    first, second = ProductPhoto.objects.order_by("position")
    product.refresh_from_db()
    assert product.cover_id == first.picture_id
    send(path_of(product, f"/photos/{second.oid}/earlier"))
    product.refresh_from_db()
    assert product.cover_id == second.picture_id
    send(path_of(product, f"/photos/{second.oid}/describe"), {"alt": "From above"})
    second.refresh_from_db()
    assert second.alt == "From above"
    storage, name = second.picture.file.storage, second.picture.file.name
    send(path_of(product, f"/photos/{second.oid}/remove"))
    product.refresh_from_db()
    assert product.cover_id == first.picture_id
    assert not storage.exists(name)
    assert send(path_of(product, f"/photos/{second.oid}/remove")).status_code == 404
    assert send(path_of(product, f"/photos/{first.oid}/retry")).status_code == 409
    assert send(path_of(product, "/photos"), {"photos": [photo_file(b"no")]}).status_code == 422
    assert send(path_of(product, "/photos")).status_code == 422


def test_a_failed_photo_shows_a_retry(mei: Any, send: Any, kiln: Any, new_product: Any) -> None:
    product = new_product()
    photo = ProductPhoto.objects.create(
        community=kiln, product=product, position=1, state=rules.FAILED, fault="unreachable",
        source_url="https://pictures.example.com/a.jpg",
    )  # fmt: skip
    assert "The other side did not answer." in mei.get(path_of(product)).content.decode()
    assert "1 photo could not be fetched" in mei.get("/studio/kiln/catalog").content.decode()
    assert product.title in mei.get("/studio/kiln/catalog?state=photos").content.decode()
    assert send(path_of(product, f"/photos/{photo.oid}/retry")).status_code == 302
    photo.refresh_from_db()
    assert photo.state == rules.WAITING
    ProductPhoto.objects.update(state=rules.FAILED)
    send("/studio/kiln/catalog/photos/retry")
    photo.refresh_from_db()
    assert photo.state == rules.WAITING


def test_a_file_is_looked_at_and_brought_in(mei: Any, send: Any, fixture_bytes: Any) -> None:
    file = SimpleUploadedFile("shop.csv", fixture_bytes("three-options.csv"), "text/csv")
    answer = send("/studio/kiln/catalog/import", {"file": file, "publish": "on"})
    assert answer.status_code == 302
    assert not Product.objects.exists()
    page = mei.get(answer["Location"]).content.decode()
    assert "This is what would change" in page
    assert "CNY" in page
    assert "Dipped mug" in page
    assert send(answer["Location"] + "/apply").status_code == 302
    assert Product.objects.get().state == rules.PUBLISHED
    page = mei.get(answer["Location"]).content.decode()
    assert "Brought in" in page
    assert send(answer["Location"] + "/apply").status_code == 409
    assert "shop.csv" in mei.get("/studio/kiln/catalog/import").content.decode()


def test_a_file_with_mistakes_names_them_and_offers_no_button(mei: Any, send: Any, fixture_bytes: Any) -> None:  # fmt: skip  # noqa: E501
    file = SimpleUploadedFile("shop.csv", fixture_bytes("bad-cells.csv"), "text/csv")
    answer = send("/studio/kiln/catalog/import", {"file": file})
    page = mei.get(answer["Location"]).content.decode()
    assert "Row 2, Variant Price" in page
    assert "12.345" in page
    assert "/apply" not in page
    assert send(answer["Location"] + "/apply").status_code == 422
    assert not Product.objects.exists()


def test_an_upload_that_is_no_file_is_refused(mei: Any, send: Any) -> None:
    assert send("/studio/kiln/catalog/import").status_code == 422
    told = {
        "file": SimpleUploadedFile("a.csv", b"Handle,Title,Variant Price\na,A,1\n"),
        "pack": SimpleUploadedFile("a.zip", b"no zip"),
    }
    assert send("/studio/kiln/catalog/import", told).status_code == 422
    assert not ImportRun.objects.exists()


def test_the_shop_is_taken_home_as_a_file(mei: Any, new_product: Any) -> None:
    new_product()
    answer = mei.get("/studio/kiln/catalog/export")
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"Handle,Title,")
    assert b"Tenmoku bowl" in content
    assert "kiln-products" in answer["Content-Disposition"]


def test_nobody_else_enters_the_catalogue(client: Any, kiln: Any, tea: Any, cast: Any, enter: Any, send: Any, new_product: Any) -> None:  # fmt: skip  # noqa: E501
    product = new_product()
    variant = Variant.objects.get(product=product)
    reads = [
        "/studio/kiln/catalog", "/studio/kiln/catalog/new", "/studio/kiln/catalog/import",
        "/studio/kiln/catalog/export", path_of(product), path_of(product, f"/stock/{variant.oid}"),
    ]  # fmt: skip
    writes = [
        path_of(product), path_of(product, "/unpublish"), path_of(product, "/options"),
        path_of(product, "/variants"), path_of(product, "/photos"), "/studio/kiln/catalog/publish",
        "/studio/kiln/catalog/photos/retry",
    ]  # fmt: skip
    for path in reads:
        assert client.get(path).status_code == 302  # to the door
    for person, status in ((cast.jonas, 404), (cast.rafe, 404), (cast.sol, 404), (cast.kenji, 403)):
        enter(person)
        for path in reads:
            assert client.get(path).status_code == status, (person, path)
        for path in writes:
            assert send(path).status_code == status, (person, path)
    product.refresh_from_db()
    assert product.state == rules.PUBLISHED


def test_another_communitys_operator_reaches_nothing_of_ours(cast: Any, tea: Any, enter: Any, send: Any, new_product: Any, client: Any, fixture_bytes: Any, kiln: Any, now: Any) -> None:  # fmt: skip  # noqa: E501
    from banyan.catalog.imports import runs

    product = new_product()
    run = runs.begin(
        community=kiln, by=cast.mei, file_name="a.csv", pack=None, publishing=False, now=now,
        content=fixture_bytes("three-options.csv"),
    )  # fmt: skip
    enter(cast.sol)
    for path in (f"/studio/four/catalog/{product.oid}", f"/studio/four/catalog/import/{run.oid}"):
        assert client.get(path).status_code == 404
    for path in (
        f"/studio/four/catalog/{product.oid}/archive",
        f"/studio/four/catalog/import/{run.oid}/apply",
    ):  # fmt: skip
        assert send(path).status_code == 404
    send("/studio/four/catalog/publish", {"product": [product.pk], "all": "1"})
    product.refresh_from_db()
    assert product.state == rules.PUBLISHED
    assert Product.objects.count() == 1


def test_the_list_asks_as_much_for_one_product_as_for_fifty(mei: Any, new_product: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as rows:
            assert mei.get("/studio/kiln/catalog").status_code == 200
        return len(rows)

    new_product("One")
    asked()
    one = asked()
    for n in range(20):
        new_product(f"Cup {n}")
    assert asked() == one


def test_option_plans_keep_rename_and_retire() -> None:
    plan = rules.plan_options
    assert plan([(1, ("S",)), (2, ("L",))], [("S",), ("L",), ("XL",)]) == rules.OptionPlan(
        {1: ("S",), 2: ("L",)}, [], [("XL",)]
    )
    assert plan([(1, ("S",)), (2, ("L",))], [("Small",), ("L",)]).keep == {2: ("L",), 1: ("Small",)}
    assert plan([(1, ("S",)), (2, ("L",))], [("S",)]).retire == [2]
    assert plan([(1, ())], [("S", "Ash"), ("L", "Ash")]).keep == {1: ("S", "Ash")}


def test_names_become_addresses() -> None:
    assert rules.slug_of("Café Moon Jar, 180 ml!") == "cafe-moon-jar-180-ml"
    assert rules.slug_of("月亮罐") == ""
    assert rules.free_slug("cup", ["cup", "cup-2"]) == "cup-3"
    assert rules.clean_tags([" Tea ", "tea", "a|b", ""]) == ["Tea", "a b"]
