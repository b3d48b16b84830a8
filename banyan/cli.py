"""`banyan serve`, `banyan worker`, and every management command by its own name."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

USAGE = """usage: banyan <command> [options]

  serve        the site: web and worker under one master
  worker       only background work
  migrate      bring the database up to this version
  check        look for mistakes; with DEBUG off also at the production settings
  createhost   make the first host of this site
  seed         fill an empty site with the demo world
  import       bring in products and members from files
  ledger       verify and export the books
  words        translations: what is missing
  map          floors, events, slots and addresses of this code
  help         all commands
"""


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.settings")
    command = arguments[0] if arguments else "-h"
    if command in ("-h", "--help"):
        print(USAGE, end="")
        return 0
    if command in ("serve", "worker"):
        from banyan.server import serve

        return serve.main(arguments)
    if command == "check" and os.environ.get("BANYAN_DEBUG", "0") in ("", "0"):
        arguments.append("--deploy")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["banyan", *arguments])
    return 0
