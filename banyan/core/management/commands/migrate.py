"""`migrate`, with a short way for a database that is empty.

Django applies every migration in turn and draws all models anew for each of their steps: half a
minute for a hundred tables. An empty database gets the tables as the models say, then the steps
that are no tables (triggers, indexes of search), and is noted as migrated; all or nothing.
`--step-by-step` takes the long way; a test compares the two.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connections, router
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor

WITH_WORDS = (
    "app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "prune",
    "step_by_step",
)  # fmt: skip


class _AsOfNow:
    """Stands for a state of the models while nothing but the present one has been."""

    apps = apps

    def clear_delayed_apps_cache(self) -> None:
        """Nothing is kept."""


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--step-by-step", action="store_true",
            help="Every migration in turn, in an empty database, too.",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> Any:
        connection = connections[options["database"]]
        if any(options.get(name) for name in WITH_WORDS) or not _is_empty(connection):
            return super().handle(*args, **options)
        if not options["skip_checks"]:
            self.check(**self.get_check_kwargs(options))
        return self._begin(connection, options)

    def _begin(self, connection: Any, options: dict[str, Any]) -> None:
        alias, verbosity = connection.alias, options["verbosity"]
        connection.prepare_database()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        said = (verbosity, options["interactive"], alias)
        emit_pre_migrate_signal(*said, stdout=self.stdout, apps=apps, plan=plan)
        executor.recorder.ensure_schema()
        now: Any = _AsOfNow()
        with connection.schema_editor(atomic=True) as editor:
            for config in apps.get_app_configs():
                for model in router.get_migratable_models(config, alias):
                    if model._meta.can_migrate(connection) and not model._meta.auto_created:
                        editor.create_model(model)
            for migration, _ in plan:
                for step in migration.operations:
                    if isinstance(step, RunPython | RunSQL):
                        step.database_forwards(migration.app_label, editor, now, now)
                executor.recorder.record_applied(migration.app_label, migration.name)
        if verbosity:
            self.stdout.write(f"An empty database: made as of now ({len(plan)} migrations).")
        emit_post_migrate_signal(*said, stdout=self.stdout, apps=apps, plan=plan)


def _is_empty(connection: Any) -> bool:
    """No tables but the one that notes migrations, and none noted."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor, include_views=True))
        if tables - {"django_migrations"}:
            return False
        if not tables:
            return True
        cursor.execute("SELECT COUNT(*) FROM django_migrations")
        return not cursor.fetchone()[0]
