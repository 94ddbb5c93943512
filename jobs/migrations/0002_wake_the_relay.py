"""A commit that wrote to the outbox wakes the relay. A trigger, so that no writer can forget it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('outbox_messages', ''); RETURN NULL; END $$;
CREATE TRIGGER outbox_notify AFTER INSERT ON outbox_messages
  FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify();
"""
BACKWARD = "DROP TRIGGER outbox_notify ON outbox_messages; DROP FUNCTION outbox_notify();"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
