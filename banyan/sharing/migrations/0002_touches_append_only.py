from django.db import migrations

from banyan.core.db.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial")]
    operations = [append_only("sharing_touch")]
