"""The columns of Shopify's product CSV, under the names of both its formats. Pure."""

from __future__ import annotations

HANDLE, TITLE, BODY = "Handle", "Title", "Body (HTML)"
VENDOR, TYPE, TAGS = "Vendor", "Type", "Tags"
PUBLISHED, STATUS = "Published", "Status"
OPTION_NAMES = ("Option1 Name", "Option2 Name", "Option3 Name")
OPTION_VALUES = ("Option1 Value", "Option2 Value", "Option3 Value")
SKU, GRAMS, TRACKER = "Variant SKU", "Variant Grams", "Variant Inventory Tracker"
QTY, POLICY = "Variant Inventory Qty", "Variant Inventory Policy"
PRICE, COMPARE = "Variant Price", "Variant Compare At Price"
SHIPPING = "Variant Requires Shipping"
IMAGE, IMAGE_POSITION, IMAGE_ALT = "Image Src", "Image Position", "Image Alt Text"
VARIANT_IMAGE = "Variant Image"

REQUIRED = (HANDLE, TITLE, PRICE)
UNDERSTOOD = (
    HANDLE, TITLE, BODY, VENDOR, TYPE, TAGS, PUBLISHED,
    "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name",
    "Option3 Value", SKU, GRAMS, TRACKER, QTY, POLICY, PRICE, COMPARE, SHIPPING,
    IMAGE, IMAGE_POSITION, IMAGE_ALT, STATUS,
)  # fmt: skip

# Kept beside the variant and written back; every other unknown column belongs to the product.
OF_VARIANT = (
    VARIANT_IMAGE, "Variant Fulfillment Service", "Variant Taxable", "Variant Barcode",
    "Variant Weight Unit", "Variant Tax Code", "Cost per item", "Unit Price Total Measure",
    "Unit Price Total Measure Unit", "Unit Price Base Measure", "Unit Price Base Measure Unit",
)  # fmt: skip

# The newer format's names, and how people write the old ones.
_ALSO = {
    "url handle": HANDLE, "description": BODY, "body html": BODY, "body": BODY,
    "published on online store": PUBLISHED, "sku": SKU, "price": PRICE,
    "compare-at price": COMPARE, "compare at price": COMPARE, "inventory quantity": QTY,
    "inventory tracker": TRACKER, "continue selling when out of stock": POLICY,
    "weight value (grams)": GRAMS, "requires shipping": SHIPPING, "product image url": IMAGE,
    "image position": IMAGE_POSITION, "image alt text": IMAGE_ALT, "product type": TYPE,
    "variant image url": VARIANT_IMAGE, "barcode": "Variant Barcode",
    "charge tax": "Variant Taxable", "fulfillment service": "Variant Fulfillment Service",
}  # fmt: skip
_KNOWN = {name.casefold(): name for name in (*UNDERSTOOD, *OF_VARIANT)} | _ALSO


def named(header: str) -> str:
    """A column's proper name; one we do not know keeps its own."""
    plain = " ".join(header.replace("\ufeff", "").split())
    return _KNOWN.get(plain.casefold(), plain)
