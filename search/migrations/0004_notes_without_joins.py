"""The functions of the triggers are written again: databases that had the first of them joined
rows before and after an UPDATE, by a plan that was made for few.
"""

from importlib import import_module

from django.db import migrations

notes = import_module("search.migrations.0002_changes_are_noted")


class Migration(migrations.Migration):
    dependencies = [("b2b_search", "0003_vocabulary")]
    operations = [migrations.RunPython(notes.write_functions, migrations.RunPython.noop)]
