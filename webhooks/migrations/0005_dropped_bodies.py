from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('webhooks', '0004_find_deliveries'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhookdelivery',
            name='dropped_bytes',
            field=models.IntegerField(null=True),
        ),
    ]
